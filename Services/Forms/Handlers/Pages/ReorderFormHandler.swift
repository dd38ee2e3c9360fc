import Contracts
import FormsContracts
import ServiceKit

struct ReorderFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: ReorderForm, context: RequestContext) async throws -> FormReply {
        try await editor.edit(request.id, context) { try $0.reorder(request.pages) }
    }
}
