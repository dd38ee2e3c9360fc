import AuthContracts
import Contracts
import ServiceKit
import SocietiesContracts

struct ListRegistrationsHandler: OperationHandler {
    let database: ServiceDatabase
    let people: People

    func handle(_ request: ListRegistrations, context: RequestContext) async throws -> Page<Registration> {
        let sql = database.scoped(to: context)
        try await SocietyStore(sql: sql).standing(of: context.user, in: request.id).requireOfficer()
        let page = try await RegistrationStore(sql: sql).list(request)
        let found = await people.find(page.items.map(\.userId), context)
        return page.map(for: request.page) { registration in registration.named(found[registration.userId]?.name.text) }
    }
}

extension Registration {
    fileprivate func named(_ name: String?) -> Registration {
        Registration(
            id: id,
            societyId: societyId,
            userId: userId,
            name: name,
            status: status,
            formId: formId,
            responseId: responseId,
            reason: reason,
            decidedBy: decidedBy,
            decidedAt: decidedAt,
            createdAt: createdAt
        )
    }
}
