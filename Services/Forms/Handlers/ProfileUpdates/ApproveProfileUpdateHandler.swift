import AuthContracts
import Contracts
import FormsContracts
import HTTPTypes
import ServiceKit

/// Moves an answer into the profile: auth keeps the profile, this service the decision, and either may fail between.
///
/// Before the change is sent, the profile's revision is noted beside the update. Whoever finds a pending update with a
/// revision does not know whether the change was made, and sends it again at that revision: auth makes it once, or says
/// that the profile has moved on without it.
struct ApproveProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase
    let smartFields: SmartFields

    func handle(_ request: ApproveProfileUpdate, context: RequestContext) async throws -> ProfileUpdate {
        let user = try context.requireUser()
        let store = ProfileUpdateStore(sql: database.scoped(to: context))
        guard let stored = try await store.find(request.id, of: user.id) else { throw ServiceError(.notFound) }
        switch stored.update.status {
        case .approved: return stored.update
        case .rejected: throw ServiceError(.invalidState, "This update was rejected.")
        case .pending: break
        }
        let wasSent = stored.sentAtRevision
        if let wasSent, try await send(stored, atRevision: wasSent, store, context) {
            return try await approve(stored, store)
        }
        try await makeChange(stored, store, context)
        return try await approve(stored, store)
    }

    /// Makes the change on the profile as it is now, if it still holds what it held when the form was answered.
    private func makeChange(
        _ stored: StoredProfileUpdate,
        _ store: ProfileUpdateStore,
        _ context: RequestContext
    ) async throws {
        for _ in 0..<3 {
            let profile = try await smartFields.values(at: [stored.path], context)
            let current = profile.values[stored.path.text] ?? .null
            if current == stored.update.newValue { return }
            guard current == stored.update.oldValue ?? .null else {
                try await store.note(stored.update.id, sentAtRevision: nil)
                throw ServiceError(.profileChanged)
            }
            try await store.note(stored.update.id, sentAtRevision: profile.revision)
            if try await send(stored, atRevision: profile.revision, store, context) { return }
        }
        try await store.note(stored.update.id, sentAtRevision: nil)
        throw ServiceError(.conflict, "The profile is being changed at this moment; try again.")
    }

    /// Sends the change; where auth will not have it, the update can be rejected again.
    ///
    /// - Returns: Whether the profile was still at that revision.
    /// - Throws: `CONFLICT` where the profile takes no such value, and what went wrong otherwise.
    private func send(
        _ stored: StoredProfileUpdate,
        atRevision revision: Int,
        _ store: ProfileUpdateStore,
        _ context: RequestContext
    ) async throws -> Bool {
        do { return try await smartFields.apply(stored, atRevision: revision, context) } catch let error as ServiceError
            where [400, 403, 404, 413, 422].contains(error.code.status.code)
        {
            // A decision, unlike a time-out: the change was not made.
            try await store.note(stored.update.id, sentAtRevision: nil)
            throw ServiceError(.conflict, "The profile does not take this value; the update can only be rejected.")
        }
    }

    private func approve(_ stored: StoredProfileUpdate, _ store: ProfileUpdateStore) async throws -> ProfileUpdate {
        if let decided = try await store.decide(stored.update.id, .approved) { return decided }
        guard let other = try await store.find(stored.update.id, of: stored.user), other.update.status == .approved
        else {
            throw ServiceError(.invalidState, "This update was rejected.")
        }
        return other.update
    }
}
