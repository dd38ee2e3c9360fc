import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

struct ListFormsHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: ListForms, context: RequestContext) async throws -> Page<FormSummary> {
        let user = try context.requireUser()
        let listing = FormListing(
            request: request,
            user: user.id,
            tenant: user.isPlatformAdmin ? nil : user.tenant,
            showsAll: try await ownsAll(request, user, context)
        )
        return try await listing.page(database.scoped(to: context))
    }

    /// Whether everything that the list could show is the caller's own.
    private func ownsAll(
        _ request: ListForms,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> Bool {
        if user.may(FormAccess.writeForms) { return true }
        guard request.entityType == .society, let society = request.entityId else { return false }
        return try await access.officer(of: society, user.id, context)?.isOfficer ?? false
    }
}
