import Contracts
import FormsContracts
import ServiceKit

struct GetAutofillHandler: OperationHandler {
    let access: FormAccess
    let smartFields: SmartFields

    func handle(_ request: GetAutofill, context: RequestContext) async throws -> Autofill {
        let form = try await context.read(access.readable(request.id, context).document)
        return try await smartFields.autofill(form, context)
    }
}
