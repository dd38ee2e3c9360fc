import Contracts
import FormsContracts
import ServiceKit

/// The facts that decide access to a form; authorship is not among them.
protocol HeldForm {
    var tenant: UniversityID { get }
    var entityType: FormEntityType { get }
    var entityID: FormEntityID? { get }
}

extension HeldForm {
    /// The entity that the form belongs to; `nil` for a survey, and for a type that no service owns.
    var entity: EntityReference? { EntityReference(formType: entityType, id: entityID) }
}

extension EntityReference {
    /// The entity of a form; `nil` if it has none, or if no service owns the type.
    init?(formType: FormEntityType?, id: EntityID?) {
        guard let id, let type = formType.flatMap({ EntityType(rawValue: $0.rawValue) }) else { return nil }
        self.init(type, id)
    }
}

/// Decides current read access to a form and its ownership.
///
/// An entity's form belongs to its present officers, any form to those who may write all forms of its university.
/// Others see a published form, and an entity's only while the entity is active and visible to them.
struct FormAccess: Sendable {
    let database: ServiceDatabase
    let entities: EntityAccess

    init(database: ServiceDatabase, caller: ServiceCaller) {
        self.database = database
        entities = EntityAccess(caller: caller)
    }

    /// Returns a form that the caller may see.
    ///
    /// Forms of other universities do not come out of PostgreSQL, unless they are public.
    ///
    /// - Throws: `NOT_FOUND` for others.
    func readable(_ id: FormID, _ context: RequestContext) async throws -> StoredForm {
        guard let form = try await FormStore(sql: database.scoped(to: context)).find(id) else {
            throw ServiceError(.notFound)
        }
        try await requireReadable(form, context)
        return form
    }

    /// - Throws: `NOT_FOUND` if the caller may not see the form.
    func requireReadable(_ form: StoredForm, _ context: RequestContext) async throws {
        if form.status == .published || form.status == .closed, try await isOpen(form, context) { return }
        guard try await isOwner(of: form, context) else { throw ServiceError(.notFound) }
    }

    /// Returns a form that the caller owns.
    ///
    /// - Throws: `FORBIDDEN` if the caller may only see it, `NOT_FOUND` if not even that.
    func owned(_ id: FormID, _ context: RequestContext) async throws -> StoredForm {
        guard let form = try await FormStore(sql: database.scoped(to: context)).find(id) else {
            throw ServiceError(.notFound)
        }
        try await requireOwner(of: form, context)
        return form
    }

    /// - Throws: `FORBIDDEN` if the caller may only see the form, `NOT_FOUND` if not even that.
    func requireOwner(of form: StoredForm, _ context: RequestContext) async throws {
        if try await isOwner(of: form, context) { return }
        try await requireReadable(form, context)
        throw ServiceError(.forbidden)
    }

    /// A form that the caller may change.
    ///
    /// - Parameters:
    ///   - id: The form.
    ///   - opening: Tells whether the change lets people answer, which a suspended society may not do.
    ///   - context: The context of a caller who must own the form.
    /// - Returns: The form.
    /// - Throws: Errors of `owned`; `INVALID_STATE` for an officer of a society that has ended.
    func changeable(_ id: FormID, opening: Bool = false, _ context: RequestContext) async throws -> StoredForm {
        let form = try await owned(id, context)
        guard let user = context.user, !user.may(.writeForms, in: form.tenant), let entity = form.entity,
            let status = try await entities.check(entity, nil, context)?.status
        else { return form }
        guard status != .archived, !(opening && status == .suspended) else {
            throw ServiceError(.invalidState, "The \(entity.type.rawValue) is \(status.rawValue).")
        }
        return form
    }

    func isOwner(of form: some HeldForm, _ context: RequestContext) async throws -> Bool {
        guard let user = context.user else { return false }
        if user.may(.writeForms, in: form.tenant) { return true }
        guard user.tenant == form.tenant, let entity = form.entity else { return false }
        return try await entities.check(entity, user.id, context)?.isOfficer ?? false
    }

    /// Tells whether the entity lets the caller see its published forms.
    func isOpen(_ form: some HeldForm, _ context: RequestContext) async throws -> Bool {
        guard let entity = form.entity else { return true }
        guard let standing = try await entities.check(entity, nil, context), standing.status == .active else {
            return false
        }
        if standing.visibility == .public { return true }
        guard let user = context.user else { return false }
        if user.may(.moderateSocieties, in: form.tenant) { return true }
        return try await entities.check(entity, user.id, context)?.isMember ?? false
    }

    /// Tells whether an entity awaits approval; `false` without an entity.
    func isPending(_ entity: EntityReference?, _ context: RequestContext) async throws -> Bool {
        guard let entity else { return false }
        return try await entities.check(entity, nil, context)?.status == .pending
    }

    /// The university that a new form belongs to.
    ///
    /// - Throws: `FORBIDDEN` if the caller may not make forms of this kind.
    func tenant(for request: CreateForm, _ context: RequestContext) async throws -> UniversityID {
        let user = try context.requireUser()
        if let entity = EntityReference(formType: request.entityType, id: request.entityId) {
            guard let standing = try await entities.check(entity, user.id, context) else {
                throw ServiceError(.notFound)
            }
            let isOfficer = standing.isOfficer && user.tenant == standing.universityId
            guard isOfficer || user.may(.writeForms, in: standing.universityId) else {
                let isVisible = standing.isMember || standing.status == .active && standing.visibility == .public
                throw ServiceError(isVisible ? .forbidden : .notFound)
            }
            guard standing.status == .active || standing.status == .pending else { throw ServiceError(.forbidden) }
            return standing.universityId
        }
        guard user.may(.writeForms) else { throw ServiceError(.forbidden) }
        guard let tenant = user.isPlatformAdmin ? request.universityId : user.tenant else {
            guard user.isPlatformAdmin else { throw ServiceError(.forbidden) }
            throw ValidationError("universityId", .required, "Is required: a platform administrator belongs to none.")
        }
        guard request.universityId ?? tenant == tenant else { throw ServiceError(.forbidden) }
        return tenant
    }
}
