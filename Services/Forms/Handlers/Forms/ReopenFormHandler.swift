import Contracts
import FormsContracts
import ServiceKit

struct ReopenFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: ReopenForm, context: RequestContext) async throws -> FormReply {
        try await editor.take(.reopen, request.id, context)
    }
}
