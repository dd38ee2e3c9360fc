import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

/// Who may see a form, and whose it is: its creator's, its society's officers', and theirs who may write all forms of
/// the university.
struct FormAccess: Sendable {
    let database: ServiceDatabase
    let caller: ServiceCaller

    static let writeForms: Permission = "forms:write"

    /// A form that the caller may see: one that was published, or an own one.
    ///
    /// Forms of other universities do not come out of PostgreSQL, unless they are public.
    ///
    /// - Throws: `NOT_FOUND` for others.
    func readable(_ id: FormID, _ context: RequestContext) async throws -> StoredForm {
        guard let form = try await FormStore(sql: database.scoped(to: context)).find(id) else {
            throw ServiceError(.notFound)
        }
        return try await checkReadable(form, context)
    }

    func checkReadable(_ form: StoredForm, _ context: RequestContext) async throws -> StoredForm {
        guard form.status == .published || form.status == .closed else {
            guard try await isOwner(of: form, context) else { throw ServiceError(.notFound) }
            return form
        }
        return form
    }

    /// A form that the caller may change.
    ///
    /// - Throws: `FORBIDDEN` where the caller may only see it, `NOT_FOUND` where not even that.
    func owned(_ id: FormID, _ context: RequestContext) async throws -> StoredForm {
        let form = try await readable(id, context)
        guard try await isOwner(of: form, context) else { throw ServiceError(.forbidden) }
        return form
    }

    func isOwner(of form: StoredForm, _ context: RequestContext) async throws -> Bool {
        guard let user = context.user else { return false }
        if form.createdBy == user.id || user.may(Self.writeForms, in: form.tenant) { return true }
        guard form.entityType == .society, user.tenant == form.tenant, let society = form.entityID else { return false }
        return try await officer(of: society, user.id, context)?.isOfficer ?? false
    }

    /// What somebody is in a society; `nil` where there is no such society for the caller.
    func officer(of society: FormEntityID, _ user: UserID, _ context: RequestContext) async throws -> OfficerCheck? {
        do { return try await caller.call(CheckOfficer(societyId: society.cast(), userId: user), context) } catch let
            error as ServiceError where error.code == .notFound
        {
            return nil
        }
    }

    /// The university that a new form belongs to.
    ///
    /// - Throws: `FORBIDDEN` for whoever may not make forms of this kind.
    func tenant(for request: CreateForm, _ context: RequestContext) async throws -> UniversityID {
        let user = try context.requireUser()
        if request.entityType == .society, let society = request.entityId {
            guard let check = try await officer(of: society, user.id, context) else { throw ServiceError(.notFound) }
            let mayWrite = check.isOfficer || user.may(Self.writeForms, in: check.universityId)
            guard mayWrite, check.status != .archived else { throw ServiceError(.forbidden) }
            return check.universityId
        }
        guard user.may(Self.writeForms) else { throw ServiceError(.forbidden) }
        guard let tenant = user.isPlatformAdmin ? request.universityId : user.tenant else {
            guard user.isPlatformAdmin else { throw ServiceError(.forbidden) }
            throw ValidationError("universityId", .required, "Is required: a platform administrator belongs to none.")
        }
        guard request.universityId ?? tenant == tenant else { throw ServiceError(.forbidden) }
        return tenant
    }
}
