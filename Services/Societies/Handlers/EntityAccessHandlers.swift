import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Answers other services about any society: they name the user, who is not always the signed-in one.
struct CheckAccessHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CheckAccess, context: RequestContext) async throws -> EntityStanding {
        let sql = database.scoped(to: .platform)
        let id: SocietyID = request.entity.id.cast()
        async let found = SocietyStore(sql: sql).get(id)
        var role: MemberRole?
        if let user = request.userId { role = try await MemberStore(sql: sql).find(user, in: id)?.role }
        let society = try await found
        return EntityStanding(
            universityId: society.universityId,
            status: EntityStatus(society.status),
            visibility: society.visibility == .public ? .public : .members,
            isMember: role != nil,
            isOfficer: role?.isOfficer ?? false
        )
    }
}

struct ListOpenEntitiesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListOpenEntities, context: RequestContext) async throws -> OpenEntities {
        let societies = SocietyStore(sql: database.scoped(to: .university(request.universityId)))
        let open = try await societies.open(at: request.universityId, limit: Quotas.societies)
        return OpenEntities(ids: BoundedList(prefix: open))
    }
}

struct ListMembershipsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListMemberships, context: RequestContext) async throws -> EntityMemberships {
        let members = MemberStore(sql: database.scoped(to: .platform))
        return EntityMemberships(items: try await members.memberships(of: request.userId, limit: 1_000))
    }
}

extension EntityStatus {
    init(_ status: SocietyStatus) {
        self =
            switch status {
            case .pending: .pending
            case .active: .active
            case .suspended: .suspended
            case .archived: .archived
            }
    }
}
