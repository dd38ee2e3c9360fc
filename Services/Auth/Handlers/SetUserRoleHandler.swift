import AuthContracts
import Contracts
import ServiceKit

struct SetUserRoleHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: SetUserRole, context: RequestContext) async throws -> User {
        let caller = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let users = UserStore(sql: transaction)
            let locked = try await users.lock([caller.id, request.id], platformAdmins: caller.isPlatformAdmin)
            guard let user = locked.first(where: { $0.id == request.id }) else { throw ServiceError(.notFound) }
            try context.checkPrecondition(user.etag)
            guard user.role != request.role else { return user }
            // The token says what the caller was when it was signed; the row says what the caller is.
            guard let role = locked.first(where: { $0.id == caller.id && $0.isActive })?.role,
                role.permissions.contains(where: { $0.covers(.writeUsers) }),
                role.includes(user.role), role.includes(request.role),
                // A key may have fewer permissions than its owner, and then grants fewer.
                (user.role.permissions + request.role.permissions).allSatisfy(caller.may)
            else { throw ServiceError(.forbidden) }
            let platformAdmins = locked.count { $0.role == .platformAdmin && $0.isActive }
            if user.role == .platformAdmin, platformAdmins == 1 {
                throw ServiceError(.invalidState, "Somebody has to remain the platform's administrator.")
            }
            if !request.role.includes(user.role) {
                // Tokens in use carry the old role's permissions.
                try await transaction.endSessions(of: user.id, tenant: user.tenantId)
                try await transaction.endAPIKeys(of: user.id, tenant: user.tenantId)
            }
            return try await users.setRole(request.role, of: user.id)
        }
    }
}
