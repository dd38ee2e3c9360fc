public import Contracts
internal import Synchronization

/// Whether a handler has held the request's conditions against what exists.
final class PreconditionCheck: Sendable {
    private let done = Atomic<Bool>(false)
    var isDone: Bool { done.load(ordering: .relaxed) }
    func finish() { done.store(true, ordering: .relaxed) }
}

extension RequestContext {
    /// Whether the request says what must exist, or must not, before it is served.
    public var hasPrecondition: Bool { precondition != nil || absencePrecondition != nil }

    /// Refuses a write unless `If-Match` and `If-None-Match` agree with what exists now (RFC 9110 §13).
    ///
    /// Every PUT, PATCH, DELETE and state-changing POST calls it in its transaction, with the row locked and after the
    /// access rules. `ServiceDatabase.transaction` refuses to commit a write whose `If-Match` was never checked.
    ///
    /// - Parameter etag: The present tag, quotes included; `nil` when there is nothing yet.
    /// - Throws: `PRECONDITION_FAILED`.
    public func checkPrecondition(_ etag: String?) throws(ServiceError) {
        preconditionCheck.finish()
        if let precondition {
            // A proxy that compresses makes our tags weak on their way out, so they come back that way (RFC 9110 §8.8.3).
            guard let etag, EntityTag.isNamed(etag, in: precondition) else { throw ServiceError(.preconditionFailed) }
        }
        if let absencePrecondition, let etag, EntityTag.isNamed(etag, in: absencePrecondition) {
            throw ServiceError(.preconditionFailed)
        }
    }

    /// The same for what has no revision of its own: its tag is that of what a GET shows.
    public func checkPrecondition(onContentOf present: some ContractValue) throws(ServiceError) {
        guard hasPrecondition else { return }
        try checkPrecondition(EntityTag.of(present))
    }

    /// - Throws: `PRECONDITION_FAILED` for an `If-Match` that nothing has checked: a condition that can't be held against
    ///   anything isn't met.
    func requirePreconditionsChecked() throws(ServiceError) {
        guard precondition == nil || preconditionCheck.isDone else { throw ServiceError(.preconditionFailed) }
    }
}
