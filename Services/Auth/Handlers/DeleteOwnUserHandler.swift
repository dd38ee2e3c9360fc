import AuthContracts
import Contracts
import Passwords
import ServiceKit

/// Erases an account, and lets the event tell the other services to erase what they hold on its owner.
struct DeleteOwnUserHandler: OperationHandler {
    let database: ServiceDatabase
    let passwords: PasswordCheck
    let cookies: SessionCookies

    func handle(_ request: DeleteOwnUser, context: RequestContext) async throws -> SignedOutReply {
        let caller = try context.requireUser()
        let account = try await UserStore(sql: database.scoped(to: caller.accountScope)).find(caller.id)
        // Checked before the password too, so that a wrong password counts only if the condition holds.
        try context.checkPrecondition(account.etag)
        return try await passwords.passing(
            request.password,
            as: SignInAttempt(changeBy: caller),
            for: .change,
            credentials: { try await $0.credentials(of: caller.id) },
            context,
            preparing: {}
        ) { user, _, transaction in
            try context.checkPrecondition(user.etag)
            let users = UserStore(sql: transaction)
            if user.role == .platformAdmin {
                let admins = try await users.lock([user.id], platformAdmins: true)
                guard admins.contains(where: { $0.id != user.id && $0.isActive }) else {
                    throw ServiceError(.invalidState, "Somebody has to remain the platform's administrator.")
                }
            }
            try await transaction.endSessions(of: user.id, tenant: user.tenantId)
            try await transaction.endAPIKeys(of: user.id, tenant: user.tenantId)
            try await users.erase(user.id)
            try await ProfileStore(sql: transaction).erase(user.id)
            try await KnownNetworkStore(sql: transaction).erase(user.id)
            try await transaction.emit(UserErased(userId: user.id), tenant: user.tenantId)
            return SignedOutReply(NoContent(), headers: cookies.removal)
        }
    }
}
