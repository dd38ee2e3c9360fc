import Contracts
import FormsContracts
import ServiceKit

struct WithdrawSubmissionHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: WithdrawSubmission, context: RequestContext) async throws -> NoContent {
        // Called by a service about its own entity, perhaps long after the user has gone: the university is its word.
        try await database.transaction(context, scope: .university(request.universityId)) { transaction in
            let submissions = SubmissionStore(sql: transaction)
            if let response = try await submissions.withdraw(request.submissionKey, tenant: request.universityId) {
                try await ResponseStore(sql: transaction).delete(response)
            }
            return NoContent()
        }
    }
}
