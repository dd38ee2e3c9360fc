import Contracts
import NotifierContracts
import Postgres
import ServiceKit
import Tokens

struct ConnectRealtimeHandler: OperationHandler {
    let database: ServiceDatabase
    let tokens: RealtimeTokens

    func handle(_ request: ConnectRealtime, context: RequestContext) async throws -> RealtimeAdmission {
        let claims = try await verify(request.token.text)
        guard let user = UserID(claims.subject) else { throw ServiceError(.realtimeTokenInvalid) }
        let channel = ChannelStream.personal(user)
        let position = request.positions[channel]
        return RealtimeAdmission(
            userId: user.description,
            sessionId: claims.session.flatMap(SessionID.init),
            expiresAt: claims.expiresAt.map { Timestamp(microseconds: Int64($0) * 1_000_000) },
            subscriptions: [try await stream(of: channel, after: position?.offset).subscription(from: position)]
        )
    }

    private func verify(_ token: String) async throws(ServiceError) -> RealtimeClaims {
        do { return try await tokens.verify(token, now: Timestamp.now().secondsSince1970) } catch {
            switch error {
            case .expired, .notYetValid: throw ServiceError(.realtimeTokenExpired)
            default: throw ServiceError(.realtimeTokenInvalid)
            }
        }
    }

    /// The token says who it is but not of which university, so that the channel alone limits what is read.
    private func stream(of channel: String, after offset: Int64?) async throws -> ChannelStream {
        let channels = ChannelStore(sql: database.scoped(to: .platform))
        if let stream = try await channels.stream(of: channel, after: offset) { return stream }
        try await channels.open(channel, tenant: nil)
        guard let stream = try await channels.stream(of: channel, after: offset) else {
            throw ServiceError(.internalError)
        }
        return stream
    }
}
