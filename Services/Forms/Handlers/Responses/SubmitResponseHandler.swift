import Contracts
import FormsContracts
import ServiceKit

struct SubmitResponseHandler: OperationHandler {
    let submitter: ResponseSubmitter

    func handle(_ request: SubmitResponse, context: RequestContext) async throws -> Created<FormResponse> {
        let submission = ResponseSubmission(
            form: request.id,
            entity: nil,
            key: nil,
            answers: request.answers,
            updateProfile: request.updateProfile ?? [],
            startedAt: request.startedAt,
            formVersion: request.formVersion?.value
        )
        return try await submitter.submit(submission, context)
    }
}
