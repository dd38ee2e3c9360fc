import CLinux
import Glibc

/// Waits for many descriptors at once (epoll), and can be woken.
///
/// One thread waits; any thread may add, change, remove or wake.
public final class Poller: Sendable {
    /// The readiness to report of a descriptor.
    public struct Interest: OptionSet, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let reading = Interest(rawValue: EPOLLIN.rawValue)
        public static let writing = Interest(rawValue: EPOLLOUT.rawValue)
        /// One report, then silence until the interest is changed; by itself, silence from the beginning.
        public static let once = Interest(rawValue: EPOLLONESHOT.rawValue)
    }

    private let epoll: CInt = epoll_create1(CInt(EPOLL_CLOEXEC))
    private let wakeDescriptor: CInt = eventfd(0, CInt(EFD_CLOEXEC) | CInt(EFD_NONBLOCK))

    /// Makes a poller; the process ends if the system gives no further file descriptors.
    public init() {
        guard hearsWakes() else { fatalError("The system gives no further file descriptors") }
    }

    /// Makes a poller, or `nil` if the system gives no further file descriptors.
    init?(ifPossible: Void) {
        guard hearsWakes() else { return nil }
    }

    deinit {
        close(wakeDescriptor)
        close(epoll)
    }

    /// Begins to report `token` whenever `descriptor` is ready.
    ///
    /// - Parameters:
    ///   - descriptor: A descriptor that is not watched yet.
    ///   - token: Any number but `.max`.
    ///   - interest: The readiness to report.
    public func add(_ descriptor: CInt, token: UInt64, for interest: Interest = .reading) {
        let isAdded = control(EPOLL_CTL_ADD, descriptor, token, interest)
        guard isAdded else { fatalError("The system cannot watch descriptor \(descriptor): error \(errno)") }
    }

    /// Changes what is reported of a descriptor; nothing happens if it was removed.
    ///
    /// - Parameters:
    ///   - descriptor: A watched descriptor.
    ///   - token: The number to report from now on.
    ///   - interest: The readiness to report from now on.
    public func change(_ descriptor: CInt, token: UInt64, to interest: Interest) {
        _ = control(EPOLL_CTL_MOD, descriptor, token, interest)
    }

    /// Ends the reports of `descriptor`; to be called before it is closed.
    public func remove(_ descriptor: CInt) {
        _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Begins to watch the descriptor for wakes.
    ///
    /// - Returns: `false` if the system has not given both descriptors.
    private func hearsWakes() -> Bool { control(EPOLL_CTL_ADD, wakeDescriptor, .max, .reading) }

    private func control(_ operation: CInt, _ descriptor: CInt, _ token: UInt64, _ interest: Interest) -> Bool {
        var event = unsafe epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        return unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0
    }

    /// Ends the wait under way, or else the next one, at once.
    public func wake() {
        eventfd_write(wakeDescriptor, 1)
    }

    /// Waits until something is ready.
    ///
    /// - Parameter milliseconds: The longest wait; `nil` for no limit.
    /// - Returns: The tokens that are ready; none after a wake or when the time is over.
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
