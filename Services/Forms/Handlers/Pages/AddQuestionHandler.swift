import Contracts
import FormsContracts
import ServiceKit

struct AddQuestionHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: AddQuestion, context: RequestContext) async throws -> Created<Question> {
        try await editor.edit(request.id, context, path: { $0.path(of: $1) }, { try $0.add(request).id }) {
            _,
            form,
            question in
            Created(try form.question(question), at: "/forms/\(request.id)/questions/\(question)")
        }
    }
}
