internal import CNanomsg

/// Waits for many descriptors at once (epoll), and can be woken.
///
/// One thread waits; any thread may add, arm, remove or wake.
public final class SocketPoller: Sendable {
    private let epoll: CInt
    private let wakeDescriptor: CInt

    public init() throws(NanomsgError) {
        epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .last("epoll_create1") }
        wakeDescriptor = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw .last("eventfd") }  // all of us is there by now, so `deinit` closes
        try add(wakeDescriptor, token: .max)
    }

    deinit {
        close(wakeDescriptor)
        close(epoll)
    }

    /// Reports `token` whenever `descriptor` is readable; `.max` is taken.
    public func add(_ descriptor: CInt, token: UInt64) throws(NanomsgError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLIN.rawValue, token)
    }

    /// Knows `descriptor`, and reports nothing until it is armed.
    public func addDisarmed(_ descriptor: CInt, token: UInt64) throws(NanomsgError) {
        try control(EPOLL_CTL_ADD, descriptor, EPOLLONESHOT.rawValue, token)
    }

    /// Reports `token` once, as soon as `descriptor` is readable.
    public func arm(_ descriptor: CInt, token: UInt64) throws(NanomsgError) {
        try control(EPOLL_CTL_MOD, descriptor, EPOLLIN.rawValue | EPOLLONESHOT.rawValue, token)
    }

    /// Forgets `descriptor`; to be done before it is closed.
    public func remove(_ descriptor: CInt) {
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    private func control(
        _ operation: CInt,
        _ descriptor: CInt,
        _ events: UInt32,
        _ token: UInt64
    ) throws(NanomsgError) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: token))
        guard unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 else { throw .last("epoll_ctl") }
    }

    /// Ends the wait under way, or else the next one, at once.
    public func wake() {
        eventfd_write(wakeDescriptor, 1)
    }

    /// Waits until something is ready.
    ///
    /// - Parameter milliseconds: How long at most; `nil` waits for as long as it takes.
    /// - Returns: The tokens that are ready: none after a wake or when the time is over.
    public func wait(milliseconds: CInt?) -> [UInt64] {
        let limit = 64
        var tokens: [UInt64] = []
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: limit) { events in
            let count = unsafe epoll_wait(epoll, events.baseAddress, CInt(limit), milliseconds ?? -1)
            for index in 0..<max(0, Int(count)) {
                let token = unsafe events[index].data.u64
                guard token == .max else {
                    tokens.append(token)
                    continue
                }
                var ignored: eventfd_t = 0
                unsafe eventfd_read(wakeDescriptor, &ignored)
            }
        }
        return tokens
    }
}
