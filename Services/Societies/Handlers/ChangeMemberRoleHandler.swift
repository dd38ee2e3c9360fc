import Contracts
import ServiceKit
import SocietiesContracts

struct ChangeMemberRoleHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ChangeMemberRole, context: RequestContext) async throws -> Member {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requirePresident()
            try standing.society.status.requireNotArchived()
            let members = MemberStore(sql: transaction)
            let member = try await members.get(request.userId, in: request.id)
            try context.checkPrecondition(member.etag)
            guard member.role != .president else { throw ServiceError(.lastPresident) }
            let role: MemberRole = request.role == .admin ? .admin : .member
            guard role != member.role else { return member }
            if role == .admin { try await members.requireOfficerPlace(in: request.id) }
            let changed = try await members.setRole(role, of: request.userId, in: request.id)
            try await transaction.announce(changed.role, of: member.userId, in: standing.society, by: user.id)
            return changed
        }
    }
}

extension ServiceTransaction {
    /// Announces a member's new role to the other services.
    func announce(_ role: MemberRole, of member: UserID, in society: Society, by user: UserID) async throws {
        try await emit(
            MemberRoleChanged(
                societyId: society.id,
                societyName: society.name,
                universityId: society.universityId,
                userId: member,
                role: role,
                changedBy: user
            ),
            tenant: society.universityId
        )
    }
}
