import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Answers other services about any society: they say for whom they ask, which is not always who is signed in.
struct CheckOfficerHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CheckOfficer, context: RequestContext) async throws -> OfficerCheck {
        let sql = database.scoped(to: .platform)
        async let found = SocietyStore(sql: sql).get(request.societyId)
        var role: MemberRole?
        if let user = request.userId { role = try await MemberStore(sql: sql).find(user, in: request.societyId)?.role }
        let society = try await found
        return OfficerCheck(
            isOfficer: role?.isOfficer ?? false,
            isMember: role != nil,
            status: society.status,
            visibility: society.visibility,
            universityId: society.universityId
        )
    }
}

struct ListOpenSocietiesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListOpenSocieties, context: RequestContext) async throws -> OpenSocieties {
        let societies = SocietyStore(sql: database.scoped(to: .university(request.universityId)))
        let open = try await societies.open(at: request.universityId, limit: Quotas.societies)
        return OpenSocieties(ids: BoundedList(prefix: open))
    }
}

struct ListMembershipsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListMemberships, context: RequestContext) async throws -> Memberships {
        let members = MemberStore(sql: database.scoped(to: .platform))
        return Memberships(items: try await members.memberships(of: request.userId, limit: 1_000))
    }
}
