import AuthContracts
import Contracts
import FormsContracts
import HTTPTypes
import ServiceKit

/// Moves an answer into the profile: auth keeps the profile, this service the decision, and either may fail between.
///
/// Before the change is sent, the profile's revision is stored with the update. A pending update with a revision may or
/// may not have been applied: the change is retried at that revision, and auth applies it once, or replies that the
/// profile has changed since. If auth refuses the change, it was not applied; the revision is cleared and the update
/// can be rejected.
struct ApproveProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase
    let smartFields: SmartFields

    func handle(_ request: ApproveProfileUpdate, context: RequestContext) async throws -> ProfileUpdate {
        let user = try context.requireUser()
        let store = ProfileUpdateStore(sql: database.scoped(to: context))
        guard let stored = try await store.find(request.id, of: user.id) else { throw ServiceError(.notFound) }
        try context.checkPrecondition(content: stored.update)
        switch stored.update.status {
        case .approved: break
        case .rejected: throw ServiceError(.alreadyDecided, "This update was rejected.")
        case .pending: try await makeChange(stored, store, context)
        }
        return try await database.transaction(context) { transaction in
            try await ProfileUpdateStore(sql: transaction).decide(request.id, of: user.id, .approved)
        }
    }

    private func makeChange(
        _ stored: StoredProfileUpdate,
        _ store: ProfileUpdateStore,
        _ context: RequestContext
    ) async throws {
        do {
            if let sent = stored.sentAtRevision, try await smartFields.apply(stored, atRevision: sent, context) {
                return
            }
            try await changeProfile(stored, store, context)
        } catch let error as ServiceError where error.code.status.kind == .clientError && error.code != .conflict {
            try await store.note(stored.update.id, sentAtRevision: nil)
            throw error.code == .profileChanged ? error : ServiceError(.profileRefused)
        }
    }

    /// Changes the current profile, if it still has the value it had when the form was answered.
    ///
    /// Of an update that no longer waits it changes nothing.
    private func changeProfile(
        _ stored: StoredProfileUpdate,
        _ store: ProfileUpdateStore,
        _ context: RequestContext
    ) async throws {
        for _ in 0..<3 {
            let profile = try await smartFields.values(at: [stored.path], context)
            let current = profile.values[stored.path.text] ?? .null
            if current == stored.update.newValue { return }
            guard current == stored.update.oldValue ?? .null else { throw ServiceError(.profileChanged) }
            guard try await store.note(stored.update.id, sentAtRevision: profile.revision) else { return }
            if try await smartFields.apply(stored, atRevision: profile.revision, context) { return }
        }
        try await store.note(stored.update.id, sentAtRevision: nil)
        throw ServiceError(.conflict, "The profile is being changed at this moment; try again.")
    }
}
