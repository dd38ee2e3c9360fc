import Contracts
import FormsContracts
import HTTPTypes
import Postgres
import ServiceKit

struct SubmitForEntityHandler: OperationHandler {
    let submitter: ResponseSubmitter

    func handle(_ request: SubmitForEntity, context: RequestContext) async throws -> FormResponse {
        if let earlier = try await earlierResponse(to: request, context) { return earlier }
        let submission = ResponseSubmission(
            form: request.formId,
            entity: request.entityId,
            key: request.submissionKey,
            answers: request.answers,
            updateProfile: request.updateProfile ?? [],
            startedAt: request.startedAt,
            formVersion: request.formVersion?.value
        )
        do { return try await submitter.submit(submission, context).value } catch {
            // The same submission may have come in twice at once, and the other one may have taken the last place or the
            // person's only one: whatever this one was refused for, the other's response answers both.
            guard Self.mayBeRepeated(error), let other = try await earlierResponse(to: request, context) else {
                throw error
            }
            return other
        }
    }

    private static func mayBeRepeated(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgresError: error.isRepeatedSubmission
        case let error as ServiceError: error.code.status.code == 409
        default: false
        }
    }

    /// What was made under the key before.
    ///
    /// - Throws: `SUBMISSION_WITHDRAWN`.
    private func earlierResponse(
        to request: SubmitForEntity,
        _ context: RequestContext
    ) async throws -> FormResponse? {
        let sql = submitter.database.scoped(to: context)
        switch try await SubmissionStore(sql: sql).state(of: request.submissionKey) {
        case .unknown: return nil
        case .withdrawn: throw ServiceError(.submissionWithdrawn)
        case .submitted(let id): return try await ResponseStore(sql: sql).find(id, of: request.formId)?.response
        }
    }
}
