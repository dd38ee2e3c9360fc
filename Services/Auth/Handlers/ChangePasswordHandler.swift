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
        try request.newPassword.check(for: account.email, field: "newPassword")
        // Before the old one is known to be right, because no transaction waits for a hash.
        let hash = try await refusingOverload { try await hasher.hash(request.newPassword.text) }
        return try await passwords.passing(
            request.currentPassword,
            for: account.email,
            credentials: { try await $0.credentials(of: caller.id) },
            context
        ) { user, transaction in
            try await UserStore(sql: transaction).setPassword(hash, of: user.id)
            try await transaction.endSessions(of: user.id, tenant: user.tenantId)
            return SignedOutReply(headers: cookies.removal)
        }
    }
}
