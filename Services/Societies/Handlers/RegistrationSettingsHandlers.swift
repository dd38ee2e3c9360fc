import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

struct GetRegistrationSettingsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetRegistrationSettings, context: RequestContext) async throws -> RegistrationSettings {
        let sql = database.scoped(to: context)
        _ = try await SocietyStore(sql: sql).standing(of: context.user, in: request.id)
        guard let settings = try await RegistrationSettingsStore(sql: sql).find(request.id) else {
            throw ServiceError(.notFound, "The society takes no registrations.")
        }
        return settings
    }
}

struct ConfigureRegistrationHandler: OperationHandler {
    let database: ServiceDatabase
    let caller: ServiceCaller

    func handle(_ request: ConfigureRegistration, context: RequestContext) async throws -> RegistrationSettings {
        let user = try context.requireUser()
        // Before the form is asked for, since whether it exists is not everybody's to know.
        try await SocietyStore(sql: database.scoped(to: context)).standing(of: user, in: request.id).requireOfficer()
        try await requireForm(request.formId, of: request.id, context)
        return try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requireOfficer()
            try standing.society.status.requireNotArchived()
            let settings = RegistrationSettingsStore(sql: transaction)
            if let present = try await settings.find(request.id) { try context.checkPrecondition(present.etag) }
            return try await settings.put(request, of: standing.society)
        }
    }

    /// Forms takes a society's registrations only through a form that belongs to it.
    private func requireForm(_ id: FormID, of society: SocietyID, _ context: RequestContext) async throws {
        do {
            let form = try await caller.call(GetForm(id: id), context).form()
            if form.entityType == .society, form.entityId == society.cast() { return }
        } catch let error as ServiceError where error.code == .notFound {}
        throw ValidationError("formId", .notFound, "Must be a form that belongs to the society.")
    }
}
