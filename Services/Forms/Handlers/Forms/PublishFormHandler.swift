import Contracts
import FormsContracts
import ServiceKit

struct PublishFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: PublishForm, context: RequestContext) async throws -> FormReply {
        try await editor.take(.publish, request.id, context)
    }
}
