import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Writes a university anew.
struct ReplaceUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceUniversity, context: RequestContext) async throws -> University {
        if let timeZone = request.timeZone {
            try await UniversityStore(sql: database.scoped(to: .none)).check(timeZone)
        }
        return try await database.changeUniversity(request.id, context) { _ in
            UniversityContent(
                name: request.name,
                code: request.code,
                city: request.city,
                country: request.country,
                website: request.website,
                logo: request.logo,
                timeZone: request.timeZone ?? .utc,
                mailDomains: Set(request.mailDomains?.elements ?? [])
            )
        }
    }
}

extension ServiceDatabase {
    /// Writes a university under its row's lock, for those who may, on the revision that they have read.
    func changeUniversity(
        _ id: UniversityID,
        _ context: RequestContext,
        content: (University) throws -> UniversityContent
    ) async throws -> University {
        try context.requireWriting(in: id)
        return try await transaction(context, scope: .university(id)) { transaction in
            let store = UniversityStore(sql: transaction)
            let present = try await store.lock(id)
            try context.checkPrecondition(present.etag)
            let content = try content(present)
            guard content != UniversityContent(present) else { return present }
            // A university's domains decide which accounts belong to it.
            if content.mailDomains != Set(present.mailDomains.elements) { try context.requirePlatform() }
            try await store.update(id, content)
            let changed = try await store.lock(id)
            try await transaction.emit(UniversityChanged(university: UniversityReference(changed)), tenant: id)
            return changed
        }
    }
}

extension UniversityContent {
    /// Takes the university's current values.
    fileprivate init(_ university: University) {
        self.init(
            name: university.name,
            code: university.code,
            city: university.city,
            country: university.country,
            website: university.website,
            logo: university.logo,
            timeZone: university.timeZone,
            mailDomains: Set(university.mailDomains.elements)
        )
    }
}

extension UniversityReference {
    init(_ university: University) {
        self.init(
            id: university.id,
            code: university.code,
            name: university.name,
            timeZone: university.timeZone,
            revision: university.revision
        )
    }
}
