import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Tells which of a person's affiliations do not belong together.
struct CheckAffiliationsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CheckAffiliations, context: RequestContext) async throws -> CheckAffiliations.Reply {
        let sql = database.scoped(to: .none)
        do { try await UniversityStore(sql: sql).requireOpen(request.universityId) } catch let error as ServiceError
            where error.code == .notFound
        {
            return AffiliationFaults(fields: [.universityId])
        }
        var faults: [AffiliationField] = []
        if let id = request.departmentId {
            let department = try await DepartmentStore(sql: sql).find(id)
            if department?.universityId != request.universityId { faults.append(.departmentId) }
        }
        if let id = request.programId {
            let program = try await ProgramStore(sql: sql).find(id)
            let isInDepartment = request.departmentId == nil || program?.departmentId == request.departmentId
            if program?.universityId != request.universityId || !isInDepartment { faults.append(.programId) }
        }
        return AffiliationFaults(fields: faults)
    }
}
