import AuthContracts
import Contracts
import Passwords
import ServiceKit

struct ChangePasswordHandler: OperationHandler {
    let database: ServiceDatabase
    let passwords: PasswordCheck
    let hasher: PasswordHasher
    let cookies: SessionCookies

    func handle(_ request: ChangePassword, context: RequestContext) async throws -> SignedOutReply {
        let caller = try context.requireUser()
        let account = try await UserStore(sql: database.scoped(to: caller.accountScope)).find(caller.id)
        // Checked before the password too, so that a wrong password counts even if the condition fails.
        try context.checkPrecondition(account.etag)
        try request.newPassword.check(for: account.email, field: "newPassword")
        let attempt = SignInAttempt(changeBy: caller)
        return try await passwords.passing(
            request.currentPassword,
            as: attempt,
            for: .change,
            credentials: { try await $0.credentials(of: caller.id) },
            context,
            preparing: {
                try await refusingOverload {
                    try await hasher.hash(request.newPassword.text, for: .change, from: attempt.source)
                }
            }
        ) { user, hash, transaction in
            try context.checkPrecondition(user.etag)
            try await UserStore(sql: transaction).setPassword(hash, of: user.id)
            try await transaction.endSessions(of: user.id, tenant: user.tenantId)
            try await transaction.endAPIKeys(of: user.id, tenant: user.tenantId)
            return SignedOutReply(NoContent(), headers: cookies.removal)
        }
    }
}
