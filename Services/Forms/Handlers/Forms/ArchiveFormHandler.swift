import Contracts
import FormsContracts
import ServiceKit

struct ArchiveFormHandler: OperationHandler {
    let editor: FormEditor

    func handle(_ request: ArchiveForm, context: RequestContext) async throws -> FormReply {
        try await editor.take(.archive, request.id, context)
    }
}
