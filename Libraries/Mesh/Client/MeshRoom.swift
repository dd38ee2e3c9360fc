/// The room for calls that a client has at the ready replicas of a service, at one if none is ready.
///
/// It is the same however many calls are under way, so that those who make calls can share it.
public struct MeshRoom: Sendable, Hashable {
    /// The calls with short replies that can be in flight at once; others wait.
    public let slots: Int
    /// The slots that a call takes, by the usual length of its operation's replies.
    public let slotsPerCall: Int
    /// The calls of one operation that can be in flight at once; others wait.
    public let callsPerOperation: Int

    public init(slots: Int, slotsPerCall: Int, callsPerOperation: Int) {
        self.slots = slots
        self.slotsPerCall = slotsPerCall
        self.callsPerOperation = callsPerOperation
    }
}

extension ServiceState {
    /// The room for calls of an operation.
    func room(for operation: String) -> MeshRoom {
        let replicas = max(1, endpoints.count { $0.isReady })
        let (credit, slot) = (estimates.credit(for: operation), CreditEstimates.perLane / Lane.callSlots)
        return MeshRoom(
            slots: replicas * limits.lanesPerEndpoint * Lane.callSlots,
            slotsPerCall: (credit + slot - 1) / slot,
            callsPerOperation: replicas * limits.callsPerOperation
        )
    }
}
