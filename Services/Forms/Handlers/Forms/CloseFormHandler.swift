import Contracts
import FormsContracts
import ServiceKit

struct CloseFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: CloseForm, context: RequestContext) async throws -> FormReply {
        try await editor.take(.close, request.id, context)
    }
}
