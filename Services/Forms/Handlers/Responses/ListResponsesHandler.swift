import Contracts
import FormsContracts
import ServiceKit

struct ListResponsesHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: ListResponses, context: RequestContext) async throws -> Page<FormResponse> {
        guard let listing = try await ResponseListing.read(request, database.scoped(to: context)) else {
            throw ServiceError(.notFound)
        }
        try await access.requireOwner(of: listing.form, context)
        return listing.page
    }
}
