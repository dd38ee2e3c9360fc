import Contracts
import ServiceKit
import SocietiesContracts

struct ReplaceSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceSociety, context: RequestContext) async throws -> Society {
        try await database.editSociety(request.id, context) { society in
            SocietyDetails(
                name: request.name,
                slug: request.slug ?? society.slug,
                description: request.description,
                logo: request.logo,
                visibility: request.visibility ?? .public
            )
        }
    }
}

struct UpdateSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: UpdateSociety, context: RequestContext) async throws -> Society {
        try await database.editSociety(request.id, context) { society in
            SocietyDetails(
                name: request.name.applied(to: society.name),
                slug: request.slug.applied(to: society.slug),
                description: request.description.applied(to: society.description),
                logo: request.logo.applied(to: society.logo),
                visibility: request.visibility.applied(to: society.visibility)
            )
        }
    }
}

extension ServiceDatabase {
    /// Changes what officers decide about a society, if nobody has changed it since the caller read it.
    fileprivate func editSociety(
        _ id: SocietyID,
        _ context: RequestContext,
        change: (Society) -> SocietyDetails
    ) async throws -> Society {
        let user = try context.requireUser()
        return try await transaction(context) { transaction in
            let societies = SocietyStore(sql: transaction)
            let standing = try await societies.lockedStanding(of: user, in: id)
            try standing.requireOfficer()
            try context.checkPrecondition(standing.society.etag)
            try standing.society.status.requireNotArchived()
            let details = change(standing.society)
            guard details != SocietyDetails(standing.society) else { return standing.society }
            if details.name != standing.society.name { try SocietyName.check(details.name) }
            return try await societies.update(id, details, at: standing.society.universityId)
        }
    }
}
