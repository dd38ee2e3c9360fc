import Contracts
import FormsContracts
import ServiceKit

struct ListResponsesHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: ListResponses, context: RequestContext) async throws -> Page<FormResponse> {
        let sql = database.scoped(to: context)
        // Those who may write all forms of their university read row and page at once; of others, nobody reads answers
        // before the right to them is known.
        if context.user?.may(FormAccess.writeForms) != true {
            guard let form = try await ResponseListing.form(request.id, sql) else { throw ServiceError(.notFound) }
            try await access.requireOwner(of: form, context)
        }
        guard let listing = try await ResponseListing.read(request, sql) else { throw ServiceError(.notFound) }
        // By the row that the page was read with.
        try await access.requireOwner(of: listing.form, context)
        return listing.page
    }
}
