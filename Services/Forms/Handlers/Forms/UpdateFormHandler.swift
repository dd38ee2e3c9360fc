import Contracts
import FormsContracts
import ServiceKit

struct UpdateFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: UpdateForm, context: RequestContext) async throws -> FormReply {
        try await editor.edit(request.id, context) { try $0.apply(request) }
    }
}
