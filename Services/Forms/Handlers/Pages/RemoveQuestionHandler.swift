import Contracts
import FormsContracts
import ServiceKit

struct RemoveQuestionHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: RemoveQuestion, context: RequestContext) async throws -> NoContent {
        try await editor.edit(request.id, context, { try $0.remove(request.questionId) }) { _, _, _ in NoContent() }
    }
}
