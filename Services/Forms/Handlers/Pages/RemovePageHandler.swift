import Contracts
import FormsContracts
import ServiceKit

struct RemovePageHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: RemovePage, context: RequestContext) async throws -> NoContent {
        try await editor.edit(request.id, context, { try $0.remove(request.pageId) }) { _, _, _ in NoContent() }
    }
}
