import Contracts
import FormsContracts
import ServiceKit

struct UpdateQuestionHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: UpdateQuestion, context: RequestContext) async throws -> Question {
        try await editor.edit(request.id, context, path: { $0.path(of: $1) }, { try $0.update(request).id }) {
            _,
            form,
            question in
            try form.question(question)
        }
    }
}
