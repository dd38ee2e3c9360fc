import AuthContracts
import Contracts
import Passwords
import ServiceKit

struct LogInHandler: OperationHandler {
    let passwords: PasswordCheck
    let sessions: SessionIssuer

    func handle(_ request: LogIn, context: RequestContext) async throws -> SignedInReply {
        let attempt = SignInAttempt(email: request.email, clientAddress: context.clientAddress)
        return try await passwords.passing(
            request.password,
            as: attempt,
            for: .signIn,
            credentials: { try await $0.credentials(of: request.email) },
            context,
            preparing: {}
        ) { user, _, transaction in
            try await KnownNetworkStore(sql: transaction).insert(attempt.source, of: user, at: sessions.now())
            return try await sessions.open(for: user, usesCookies: request.cookie ?? false, context, in: transaction)
        }
    }
}
