import Contracts
import FormsContracts
import ServiceKit

struct AddPageHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: AddPage, context: RequestContext) async throws -> Created<FormPage> {
        try await editor.edit(request.id, context, path: { $0.path(of: $1) }, { $0.add(request).id }) { _, form, page in
            Created(try form.page(page), at: "/forms/\(request.id)/pages/\(page)")
        }
    }
}
