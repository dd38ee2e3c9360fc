import Contracts
import FormsContracts
import ServiceKit

struct AddPageHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: AddPage, context: RequestContext) async throws -> CreatedPage {
        try await editor.edit(request.id, context, path: { $0.path(of: $1) }, { $0.add(request).id }) { _, form, page in
            CreatedPage(try form.page(page), of: request.id)
        }
    }
}
