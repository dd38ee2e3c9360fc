import AuthContracts
import Contracts
import ServiceKit

struct GetProfileHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetProfile, context: RequestContext) async throws -> Profile {
        let user = try context.requireUser()
        return try await ProfileStore(sql: database.scoped(to: user.accountScope)).find(user.id)
    }
}

struct ReplaceProfileHandler: OperationHandler {
    let database: ServiceDatabase
    let universities: UniversityDirectory

    func handle(_ request: ReplaceProfile, context: RequestContext) async throws -> Profile {
        let user = try context.requireUser()
        let (fields, isVerified) = try await universities.check(request.fields, of: user, context)
        return try await database.transaction(context, scope: user.accountScope) { transaction in
            try await UserStore(sql: transaction).lock(user.id)
            let store = ProfileStore(sql: transaction)
            if context.hasPrecondition { try context.checkPrecondition(try await store.find(user.id).etag) }
            return try await store.save(fields, studentIdVerified: isVerified, of: user)
        }
    }
}

struct GetProfileFieldsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetProfileFields, context: RequestContext) async throws -> ProfileValues {
        let user = try context.requireUser()
        let profile = try await ProfileStore(sql: database.scoped(to: user.accountScope)).find(user.id)
        return ProfileValues(revision: profile.revision, values: try profile.fields.values(at: request.paths))
    }
}

struct ApplyProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase
    let universities: UniversityDirectory

    /// Other services are asked about the new values outside of the transaction, so another change may come in between: then
    /// everything is looked at again, this often.
    private static let attempts = 3

    func handle(_ request: ApplyProfileUpdate, context: RequestContext) async throws -> AppliedProfileUpdate {
        let user = try context.requireUser()
        for _ in 0..<Self.attempts {
            let rows = database.scoped(to: user.accountScope)
            async let earlier = ProfileStore(sql: rows).revision(after: request.changeId, of: user.id)
            let profile = try await ProfileStore(sql: rows).find(user.id)
            if let revision = try await earlier { return AppliedProfileUpdate(revision: revision) }
            guard request.revision ?? profile.revision == profile.revision else { break }
            let (fields, isVerified) = try await universities.check(
                profile.fields.setting(request.values),
                of: user,
                context
            )
            let applied = try await database.transaction(context, scope: user.accountScope) { transaction in
                try await apply(request, fields, isVerified, at: profile.revision, of: user, in: transaction)
            }
            if let applied { return applied }
        }
        throw ServiceError(.profileVersionConflict)
    }

    /// - Returns: `nil` when the profile is not at that revision any more.
    private func apply(
        _ request: ApplyProfileUpdate,
        _ fields: ProfileFields,
        _ isVerified: Bool?,
        at revision: Int,
        of user: RequestContext.User,
        in transaction: ServiceTransaction
    ) async throws -> AppliedProfileUpdate? {
        try await UserStore(sql: transaction).lock(user.id)
        let store = ProfileStore(sql: transaction)
        if let earlier = try await store.revision(after: request.changeId, of: user.id) {
            return AppliedProfileUpdate(revision: earlier)
        }
        guard try await store.find(user.id).revision == revision else { return nil }
        let profile = try await store.save(fields, studentIdVerified: isVerified, of: user)
        try await store.insert(request.changeId, of: user, revision: profile.revision)
        return AppliedProfileUpdate(revision: profile.revision)
    }
}
