import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Adds a university.
struct CreateUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CreateUniversity, context: RequestContext) async throws -> CreateUniversity.Reply {
        try context.requirePlatform()
        let id = UniversityID()
        let content = UniversityContent(
            name: request.name,
            code: request.code,
            city: request.city,
            country: request.country,
            website: request.website,
            logo: request.logo,
            timeZone: request.timeZone ?? .utc,
            mailDomains: Set(request.mailDomains?.elements ?? [])
        )
        try await UniversityStore(sql: database.scoped(to: .none)).check(content.timeZone)
        return try await database.transaction(context, scope: .university(id)) { transaction in
            let store = UniversityStore(sql: transaction)
            try await store.insert(id, content)
            let university = try await store.lock(id)
            try await transaction.emit(UniversityChanged(university: UniversityReference(university)), tenant: id)
            return Created(university)
        }
    }
}
