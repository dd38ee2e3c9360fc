import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Answers other services about any society: they say for whom they ask, which is not always who is signed in.
struct CheckOfficerHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CheckOfficer, context: RequestContext) async throws -> OfficerCheck {
        let sql = database.scoped(to: .platform)
        async let society = SocietyStore(sql: sql).get(request.societyId)
        let role = try await MemberStore(sql: sql).find(request.userId, in: request.societyId)?.role
        return OfficerCheck(
            isOfficer: role?.isOfficer ?? false,
            isMember: role != nil,
            status: try await society.status,
            universityId: try await society.universityId
        )
    }
}
