import Contracts
import FormsContracts
import ServiceKit

struct ReplaceFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: ReplaceForm, context: RequestContext) async throws -> FormReply {
        try await editor.edit(request.id, context) { $0.apply(request) }
    }
}
