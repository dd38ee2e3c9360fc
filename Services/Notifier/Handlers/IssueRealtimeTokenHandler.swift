import Contracts
import NotifierContracts
import Postgres
import ServiceKit
import Tokens

struct IssueRealtimeTokenHandler: OperationHandler {
    let database: ServiceDatabase
    let tokens: RealtimeTokens
    let lifetime: Duration

    func handle(_ request: IssueRealtimeToken, context: RequestContext) async throws -> RealtimeToken {
        let user = try context.requireUser()
        let now = Timestamp.now()
        let expiry = (now + lifetime).secondsSince1970
        let token = try await tokens.issue(
            RealtimeClaims(
                subject: user.id.description,
                session: user.session?.description,
                issuedAt: now.secondsSince1970,
                expiresAt: expiry
            )
        )
        // An account without a university has a channel too; the channel's name alone limits what is touched.
        return try await database.transaction(context, scope: .platform) { transaction in
            // Here the university is known; whoever connects with the token shows nothing else.
            try await ChannelStore(sql: transaction).open(ChannelStream.personal(user.id), tenant: user.tenant)
            return RealtimeToken(token: token, expiresAt: Timestamp(microseconds: Int64(expiry) * 1_000_000))
        }
    }
}
