import Contracts
import ServiceKit
import SocietiesContracts

struct ChangeMemberRoleHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ChangeMemberRole, context: RequestContext) async throws -> Member {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id).requirePresident()
            let members = MemberStore(sql: transaction)
            let member = try await members.get(request.userId, in: request.id)
            guard member.role != .president else { throw ServiceError(.lastPresident) }
            return try await members.setRole(
                request.role == .admin ? .admin : .member,
                of: request.userId,
                in: request.id
            )
        }
    }
}
