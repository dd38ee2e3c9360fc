import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Changes some of a university's fields.
struct UpdateUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: UpdateUniversity, context: RequestContext) async throws -> University {
        if case .set(let timeZone) = request.timeZone {
            try await UniversityStore(sql: database.scoped(to: .none)).check(timeZone)
        }
        return try await database.changeUniversity(request.id, context) { present in
            UniversityContent(
                name: request.name.applied(to: present.name),
                code: request.code.applied(to: present.code),
                city: request.city.applied(to: present.city),
                country: request.country.applied(to: present.country),
                website: request.website.applied(to: present.website),
                logo: request.logo.applied(to: present.logo),
                timeZone: request.timeZone.applied(to: present.timeZone) ?? .utc,
                mailDomains: Set(request.mailDomains.applied(to: present.mailDomains)?.elements ?? [])
            )
        }
    }
}
