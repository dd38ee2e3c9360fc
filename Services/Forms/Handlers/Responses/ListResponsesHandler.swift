import Contracts
import FormsContracts
import ServiceKit

struct ListResponsesHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: ListResponses, context: RequestContext) async throws -> Page<FormResponse> {
        let sql = database.scoped(to: context)
        // For users who may write all forms of their university, one statement reads form and page; for others,
        // access is checked before any answers are read.
        if context.user?.may(.writeForms) != true {
            guard let form = try await ResponseListing.form(request.id, sql) else { throw ServiceError(.notFound) }
            try await access.requireOwner(of: form, context)
        }
        guard let listing = try await ResponseListing.read(request, sql) else { throw ServiceError(.notFound) }
        // Checks the form as read together with the page.
        try await access.requireOwner(of: listing.form, context)
        return listing.page
    }
}
