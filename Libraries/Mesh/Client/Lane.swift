internal import Loops
internal import Nanomsg
internal import Synchronization

/// One connection to one replica: a raw request socket, and what has to stay in order on it.
///
/// A server's reply socket drops a reply when its connection's buffers are full, so a lane never has more replies coming than
/// fit: at most 16 requests are in flight on it, and together they may use `CreditEstimates.perLane` bytes.
final class Lane: Sendable {
    /// Requests in flight; one more slot is kept for the client's own pings.
    static let callSlots = 16
    static let slots = callSlots + 1
    /// Bits of a correlation that name the slot.
    static let slotBits = 5

    let endpointID: Int
    /// Random; the scope of correlations and sequence numbers.
    let session: UInt64
    let socket: NanomsgSocket
    private let lastSequence = Mutex<UInt64>(0)
    private let watches = Mutex<[Watch]>([])

    init(endpointID: Int, session: UInt64, address: String) throws(NanomsgError) {
        self.endpointID = endpointID
        self.session = session
        // Replies stay below their credit; a server that goes beyond it loses the connection.
        socket = try NanomsgSocket(
            .rawRequest,
            maxMessageBytes: CreditEstimates.perLane,
            usesIPv6: address.contains("[")
        )
        try socket.connect(address)
    }

    /// Runs `receive` whenever replies wait, and `writable` once after every `awaitWritable`.
    func attach(
        to loop: Loop,
        receive: @escaping @Sendable () -> Void,
        writable: @escaping @Sendable () -> Void
    ) throws(NanomsgError) {
        let (incoming, outgoing) = (try socket.receiveDescriptor, try socket.sendDescriptor)
        let receiving = loop.watch(incoming, receive)
        let sending = loop.watch(outgoing, for: .once, writable)
        watches.withLock { $0 = [receiving, sending] }
    }

    /// Waits for the connection, or for room in its buffers.
    func awaitWritable() {
        watches.withLock(\.last)?.change(to: [.reading, .once])
    }

    func detach() {
        for watch in watches.withLock({ $0 }) { watch.cancel() }
    }

    /// Signs and sends a request.
    ///
    /// The lock keeps sequence numbers in the order of sending, by which the server knows a replay.
    ///
    /// - Returns: `false` when there is no connection or no room.
    func transmit(_ envelope: RequestEnvelope, sealer: Sealer) throws(NanomsgError) -> Bool {
        var head = envelope.head()
        let body = envelope.request.body
        let header = Correlation.header(envelope.correlation)
        return try lastSequence.withLock { sequence throws(NanomsgError) in
            sequence += 1
            for index in 0..<8 {
                head[RequestEnvelope.sequenceOffset + index] = UInt8(truncatingIfNeeded: sequence >> UInt64(8 * index))
            }
            return try socket.send(header: header, sealer.seal(head, body), head, body)
        }
    }
}
