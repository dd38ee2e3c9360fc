import Contracts
import FormsContracts
import ServiceKit

struct UpdatePageHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: UpdatePage, context: RequestContext) async throws -> FormPage {
        try await editor.edit(request.id, context, path: { $0.path(of: $1) }, { try $0.update(request).id }) {
            _,
            form,
            page in
            try form.page(page)
        }
    }
}
