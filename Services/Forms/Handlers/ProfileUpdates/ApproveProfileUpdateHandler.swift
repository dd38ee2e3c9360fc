import AuthContracts
import Contracts
import FormsContracts
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
        if let wasSent, try await smartFields.apply(stored, atRevision: wasSent, context) {
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
            if try await smartFields.apply(stored, atRevision: profile.revision, context) { return }
        }
        try await store.note(stored.update.id, sentAtRevision: nil)
        throw ServiceError(.conflict, "The profile is being changed at this moment; try again.")
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
