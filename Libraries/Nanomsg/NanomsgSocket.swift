internal import CNanomsg

/// One nanomsg socket, closed with its last owner; nothing else calls `nn_close`.
///
/// Sending and receiving never wait and may be called from any thread. Wait for `receiveDescriptor` or `sendDescriptor` to
/// become *readable* (both mean "ready", and neither is to be read) with a loop or a poller.
public final class NanomsgSocket: Sendable {
    /// The patterns in use; raw ones leave the request's header to the caller, so that many requests share a socket.
    public enum Kind: Sendable {
        case rawRequest, rawReply, publish, subscribe
    }

    /// What came in: the body as a copy, so that nanomsg's own buffer is freed here.
    public struct Message: Sendable {
        /// The SP header of a raw socket: where a reply goes, or which request it answers.
        public let header: [UInt8]
        public let body: [UInt8]
    }

    private let handle: CInt

    /// Opens a socket.
    ///
    /// - Parameters:
    ///   - kind: The pattern.
    ///   - maxMessageBytes: A peer that sends a longer message is disconnected. nanomsg itself would also take "no limit",
    ///     with which a 16-byte header can abort the process.
    ///   - usesIPv6: Whether addresses may be of IPv6.
    /// - Throws: When the process has no descriptor or socket left.
    public init(_ kind: Kind, maxMessageBytes: Int, usesIPv6: Bool = false) throws(NanomsgError) {
        let (domain, `protocol`) =
            switch kind {
            case .rawRequest: (AF_SP_RAW, CNN_REQ)
            case .rawReply: (AF_SP_RAW, CNN_REP)
            case .publish: (AF_SP, CNN_PUB)
            case .subscribe: (AF_SP, CNN_SUB)
            }
        handle = nn_socket(domain, CInt(`protocol`))
        guard handle >= 0 else { throw .last("nn_socket") }
        try set(NN_SOL_SOCKET, NN_RCVMAXSIZE, CInt(clamping: maxMessageBytes))
        // Ten tries a second for as long as it takes: a maximum above the interval would double it after every failure
        // and never go back, so a peer that was away for a minute would be found a minute late ever after.
        try set(NN_SOL_SOCKET, NN_RECONNECT_IVL, 100)
        try set(NN_SOL_SOCKET, NN_RECONNECT_IVL_MAX, 0)
        try set(NN_SOL_SOCKET, NN_IPV4ONLY, usesIPv6 ? 0 : 1)
        // Without it on both sides, Nagle's algorithm and delayed acknowledgements cost a 100 KB echo four fifths of its rate.
        try set(NN_TCP, NN_TCP_NODELAY, 1)
        if kind == .subscribe { try subscribeToAll() }
    }

    deinit {  // a signal can interrupt nn_close, which leaves the socket open until it is asked again
        while nn_close(handle) == -1 && nn_errno() == EINTR {}
    }

    private func set(_ level: CInt, _ option: CInt, _ value: CInt) throws(NanomsgError) {
        let isSet = unsafe withUnsafeBytes(of: value) {
            unsafe nn_setsockopt(handle, level, option, $0.baseAddress, $0.count) == 0
        }
        guard isSet else { throw .last("nn_setsockopt") }
    }

    private func subscribeToAll() throws(NanomsgError) {
        guard unsafe nn_setsockopt(handle, CInt(CNN_SUB), CInt(CNN_SUB_SUBSCRIBE), "", 0) == 0 else {
            throw .last("nn_setsockopt")
        }
    }

    /// Listens at `address`, such as `tcp://0.0.0.0:7100` or `ipc:///run/rovierr/auth`.
    public func bind(_ address: String) throws(NanomsgError) {
        guard unsafe nn_bind(handle, address) >= 0 else { throw .last("bind \(address)") }
    }

    /// Connects to `address` in the background, and again whenever the connection breaks.
    public func connect(_ address: String) throws(NanomsgError) {
        guard unsafe nn_connect(handle, address) >= 0 else { throw .last("connect \(address)") }
    }

    /// Sends the pieces as one message.
    ///
    /// - Parameters:
    ///   - header: The SP header, on raw sockets.
    ///   - first: Where the message begins.
    ///   - second: What follows it.
    ///   - third: What follows that.
    /// - Returns: `false` when it would have had to wait: no peer, or the peer's buffers are full. A publisher and a raw
    ///   reply socket drop the message instead, and say `true`.
    /// - Throws: When the socket is closed.
    public func send(
        header: [UInt8] = [],
        _ first: [UInt8],
        _ second: [UInt8] = [],
        _ third: [UInt8] = []
    ) throws(NanomsgError) -> Bool {
        let result = unsafe first.withUnsafeBytes { first in
            unsafe second.withUnsafeBytes { second in
                unsafe third.withUnsafeBytes { third in
                    var pieces = unsafe (
                        nn_iovec(iov_base: .init(mutating: first.baseAddress), iov_len: first.count),
                        nn_iovec(iov_base: .init(mutating: second.baseAddress), iov_len: second.count),
                        nn_iovec(iov_base: .init(mutating: third.baseAddress), iov_len: third.count)
                    )
                    return unsafe withUnsafeMutablePointer(to: &pieces) {
                        unsafe $0.withMemoryRebound(to: nn_iovec.self, capacity: 3) {
                            unsafe cnn_send(handle, header, header.count, $0, 3)
                        }
                    }
                }
            }
        }
        if result >= 0 { return true }
        guard nn_errno() == EAGAIN || nn_errno() == EINTR else { throw .last("nn_sendmsg") }
        return false
    }

    /// Takes the next message, if one is there.
    public func receive() throws(NanomsgError) -> Message? {
        var body: UnsafeMutableRawPointer?
        var headerBytes = 0
        var size: CInt = 0
        let header = unsafe [UInt8](unsafeUninitializedCapacity: CNN_HEADER_MAX) { buffer, filled in
            size = unsafe cnn_receive(handle, &body, buffer.baseAddress, &headerBytes)
            filled = headerBytes
        }
        guard size >= 0, let body = unsafe body else {
            guard nn_errno() == EAGAIN || nn_errno() == EINTR else { throw .last("nn_recvmsg") }
            return nil
        }
        defer { unsafe nn_freemsg(body) }
        return unsafe Message(
            header: header,
            body: [UInt8](UnsafeRawBufferPointer(start: body, count: Int(size)))
        )
    }

    /// Readable while a message waits.
    public var receiveDescriptor: CInt {
        get throws(NanomsgError) { try descriptor(NN_RCVFD) }
    }

    /// Readable while a message could be sent, so on a connecting socket from the moment the connection stands.
    public var sendDescriptor: CInt {
        get throws(NanomsgError) { try descriptor(NN_SNDFD) }
    }

    private func descriptor(_ option: CInt) throws(NanomsgError) -> CInt {
        var value: CInt = -1
        var size = MemoryLayout<CInt>.size
        guard unsafe nn_getsockopt(handle, NN_SOL_SOCKET, option, &value, &size) == 0 else {
            throw .last("nn_getsockopt")
        }
        return value
    }

    /// The number of open connections; a dead peer's is gone at once, a stopped peer's is not.
    public var connections: Int { Int(truncatingIfNeeded: nn_get_statistic(handle, NN_STAT_CURRENT_CONNECTIONS)) }

    /// The number of connections made so far; a change means that what was in flight is lost.
    public var establishedConnections: UInt64 { nn_get_statistic(handle, NN_STAT_ESTABLISHED_CONNECTIONS) }
}
