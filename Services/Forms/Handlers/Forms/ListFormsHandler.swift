import Contracts
import FormsContracts
import ServiceKit

struct ListFormsHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: ListForms, context: RequestContext) async throws -> Page<FormSummary> {
        let user = try context.requireUser()
        let listing = FormListing(
            request: request,
            tenant: user.isPlatformAdmin ? nil : user.tenant,
            sight: try await sight(request, user, context)
        )
        return try await listing.page(database.scoped(to: context))
    }

    private func sight(
        _ request: ListForms,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> FormListing.Sight {
        if user.may(.writeForms) { return .all }
        // No university's societies apply to a user without one.
        guard let tenant = user.tenant else { return .published }
        guard request.entityType ?? .society == .society else { return .some(open: [], led: []) }
        async let open = access.entities.open(.society, at: tenant, context)
        let memberships = try await access.entities.memberships(of: user.id, in: .society, at: tenant, context)
        return .some(
            open: try await open + memberships.filter { $0.status == .active }.map(\.id),
            led: memberships.filter(\.isOfficer).map(\.id)
        )
    }
}
