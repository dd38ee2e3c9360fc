import Contracts
import ServiceKit
import SocietiesContracts

struct LeaveSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: LeaveSociety, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        return try await database.endMembership(of: user.id, in: request.id, by: user, context) { standing, _ in
            try context.checkPrecondition(standing.society.etag)
        }
    }
}

struct RemoveMemberHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: RemoveMember, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        return try await database.endMembership(of: request.userId, in: request.id, by: user, context) { _, member in
            try context.checkPrecondition(member.etag)
        }
    }
}

extension ServiceDatabase {
    /// Ends a membership, but for the president's: the society's row is locked, so that nobody becomes president or
    /// stops being it meanwhile.
    fileprivate func endMembership(
        of member: UserID,
        in id: SocietyID,
        by user: RequestContext.User,
        _ context: RequestContext,
        check: (Standing, Member) throws -> Void
    ) async throws -> NoContent {
        try await transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: id)
            let members = MemberStore(sql: transaction)
            if member != user.id { try standing.requireOfficer() }
            let present = try await members.get(member, in: id)
            try check(standing, present)
            if member == user.id {
                guard standing.role != .president else { throw ServiceError(.lastPresident) }
            } else {
                try standing.requireMayRemove(present.role)
            }
            try await members.end(member, in: id)
            let society = standing.society
            try await transaction.emit(
                MemberLeft(
                    societyId: id,
                    societyName: society.name,
                    universityId: society.universityId,
                    userId: member,
                    removedBy: user.id
                ),
                tenant: society.universityId
            )
            return NoContent()
        }
    }
}
