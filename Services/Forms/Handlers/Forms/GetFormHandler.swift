import Contracts
import FormsContracts
import ServiceKit

struct GetFormHandler: OperationHandler {
    let access: FormAccess

    func handle(_ request: GetForm, context: RequestContext) async throws -> FormReply {
        try await access.readable(request.id, context).reply()
    }
}
