internal import CLinux
import Glibc
import Synchronization

/// What a socket belongs to.
///
/// Called on the reactor's thread.
protocol SocketHandler: AnyObject, Sendable {
    /// The socket can be read, can be written, or is broken.
    func socketIsReady(token: Int)
}

/// What has deadlines to keep.
///
/// Called on the reactor's thread.
protocol Sweepable: AnyObject, Sendable {
    /// Settles what is late.
    ///
    /// - Returns: Whether anything is still outstanding, so that the sweep has to come again.
    func sweep() -> Bool
}

/// One thread that waits on the sockets of all connections of a database.
///
/// Statements are sent by the tasks that make them; this thread only wakes for what arrives. A wake costs 6–16 µs of
/// CPU, so nothing else wakes it: deadlines are kept by a coarse tick that runs only while something is outstanding.
final class Reactor: Sendable {
    private struct Entry {
        let handler: any SocketHandler
        let token: Int
    }

    private let poll: CInt
    private let timer: CInt
    private let entries = Mutex<[CInt: Entry]>([:])
    private let sweepables = Mutex<[any Sweepable]>([])
    private let isTicking = Atomic(false)
    private let isStopped = Atomic(false)

    /// How late a deadline may be noticed.
    private static let tickNanoseconds = 20_000_000

    init() {
        poll = epoll_create1(CInt(EPOLL_CLOEXEC))
        timer = timerfd_create(CLOCK_MONOTONIC, CInt(TFD_CLOEXEC | TFD_NONBLOCK))
        guard poll >= 0, timer >= 0 else { fatalError("The system gives no further file descriptors") }
        control(EPOLL_CTL_ADD, timer, events: EPOLLIN.rawValue)
    }

    deinit {
        close(timer)
        close(poll)
    }

    /// Starts the thread.
    func start(sweeping sweepables: [any Sweepable]) {
        self.sweepables.withLock { $0 = sweepables }
        Thread.start { self.run() }
    }

    /// Ends the thread and forgets every handler.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        setTimer(nanoseconds: 1)
    }

    /// Begins to report when a socket can be read.
    ///
    /// - Parameters:
    ///   - socket: The socket's descriptor.
    ///   - handler: What to tell.
    ///   - token: What the handler tells its sockets apart by.
    ///   - once: Whether to stay silent until `watch` asks, instead of reporting each time.
    func add(_ socket: CInt, _ handler: any SocketHandler, token: Int = 0, once: Bool = false) {
        if isStopped.load(ordering: .sequentiallyConsistent) { return }
        entries.withLock { $0[socket] = Entry(handler: handler, token: token) }
        control(EPOLL_CTL_ADD, socket, events: once ? EPOLLONESHOT.rawValue : EPOLLIN.rawValue)
    }

    /// Changes what is reported of a socket that was added.
    func watch(_ socket: CInt, forWriting: Bool, once: Bool = false) {
        var events = EPOLLIN.rawValue
        if forWriting { events |= EPOLLOUT.rawValue }
        if once { events |= EPOLLONESHOT.rawValue }
        control(EPOLL_CTL_MOD, socket, events: events)
    }

    /// Forgets a socket.
    ///
    /// To be called before the socket is closed, because its number is used again at once.
    func remove(_ socket: CInt) {
        control(EPOLL_CTL_DEL, socket, events: 0)
        entries.withLock { _ = $0.removeValue(forKey: socket) }
    }

    /// Sees to it that a sweep comes within a tick.
    func keepTicking() {
        if isTicking.load(ordering: .sequentiallyConsistent) { return }
        if isTicking.exchange(true, ordering: .sequentiallyConsistent) { return }
        setTimer(nanoseconds: Self.tickNanoseconds)
    }

    private func run() {
        let capacity = 16
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: capacity) { events in
            while !isStopped.load(ordering: .sequentiallyConsistent) {
                let count = unsafe epoll_wait(poll, events.baseAddress, CInt(capacity), -1)
                for index in 0..<max(0, Int(count)) {
                    let descriptor = unsafe events[index].data.fd
                    if descriptor == timer { tick() } else { report(descriptor) }
                }
            }
        }
        entries.withLock { $0 = [:] }
        sweepables.withLock { $0 = [] }
    }

    private func report(_ socket: CInt) {
        guard let entry = entries.withLock({ $0[socket] }) else { return }
        entry.handler.socketIsReady(token: entry.token)
    }

    private func tick() {
        var expirations: UInt64 = 0
        unsafe _ = read(timer, &expirations, MemoryLayout<UInt64>.size)
        // Cleared first: who adds something during the sweep sets the timer again.
        isTicking.store(false, ordering: .sequentiallyConsistent)
        var isOutstanding = false
        for sweepable in sweepables.withLock({ $0 }) where sweepable.sweep() { isOutstanding = true }
        if isOutstanding { keepTicking() }
    }

    private func control(_ operation: CInt, _ socket: CInt, events: UInt32) {
        var event = unsafe epoll_event(events: events, data: epoll_data_t(fd: socket))
        unsafe _ = epoll_ctl(poll, operation, socket, &event)
    }

    private func setTimer(nanoseconds: Int) {
        var time = itimerspec()
        time.it_value.tv_nsec = nanoseconds
        unsafe timerfd_settime(timer, 0, &time, nil)
    }
}
