import AuthContracts
import Contracts
import ServiceKit

struct LogInHandler: OperationHandler {
    let passwords: PasswordCheck
    let sessions: SessionIssuer

    func handle(_ request: LogIn, context: RequestContext) async throws -> SignedInReply {
        try await passwords.passing(
            request.password,
            for: request.email,
            credentials: { try await $0.credentials(of: request.email) },
            context
        ) { user, transaction in
            try await sessions.open(for: user, usesCookies: request.cookie ?? false, context, in: transaction)
        }
    }
}
