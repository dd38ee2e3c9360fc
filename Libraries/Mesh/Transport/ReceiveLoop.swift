internal import Nanomsg
internal import Synchronization

/// A thread that waits for sockets and for time, and runs what belongs to either.
///
/// Sockets are read here and nowhere else; a message crosses from nanomsg's worker to this thread, and only handlers and
/// callers that suspend cost one more crossing. Without traffic the thread sleeps for as long as `tick` allows.
final class ReceiveLoop: Sendable {
    /// A descriptor that the loop waits for.
    struct Watch: Sendable {
        fileprivate let token: UInt64
        fileprivate let descriptor: CInt
    }

    private let poller: SocketPoller
    private let actions = Mutex<[UInt64: @Sendable () -> Void]>([:])
    private let lastToken = Atomic<UInt64>(0)
    private let isStopped = Atomic<Bool>(false)
    /// Whether the thread may be waiting for longer than `shortTick`.
    private let resting = Atomic<Bool>(false)
    var isResting: Bool { resting.load(ordering: .sequentiallyConsistent) }

    /// How exact deadlines are while there is work.
    static let shortTick: Duration = .milliseconds(50)

    init() throws(NanomsgError) {
        poller = try SocketPoller()
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: Of the thread.
    ///   - tick: Does what is due and returns how long nothing else will be; `nil` if nothing is expected at all. Whoever
    ///     makes something due earlier calls `keepTime`.
    /// - Throws: When the system has no thread left.
    func start(name: String, tick: @escaping @Sendable () -> Duration?) throws(NanomsgError) {
        try SocketThread.start(name: name) { self.run(tick: tick) }
    }

    private func run(tick: () -> Duration?) {
        var nextTick: ContinuousClock.Instant? = .now
        while !isStopped.load(ordering: .acquiring) {
            let tokens = poller.wait(milliseconds: nextTick.map(Self.milliseconds(until:)))
            for token in tokens {
                let action = actions.withLock { $0[token] }
                action?()
            }
            // A wake may have come together with a socket. Only a thread that rests is woken, so only then it could be missed.
            if tokens.isEmpty || isResting || nextTick.map({ $0 <= .now }) == true { nextTick = nextDue(tick) }
        }
        actions.withLock { $0 = [:] }
    }

    /// `resting` is set before `tick` looks at anything, so that whoever adds something after that look wakes the thread.
    private func nextDue(_ tick: () -> Duration?) -> ContinuousClock.Instant? {
        resting.store(true, ordering: .sequentiallyConsistent)
        let rest = tick()
        if let rest, rest <= Self.shortTick { resting.store(false, ordering: .sequentiallyConsistent) }
        return rest.map { .now + $0 }
    }

    private static func milliseconds(until instant: ContinuousClock.Instant) -> CInt {
        CInt(clamping: ((instant - .now).microseconds + 999) / 1000)
    }

    /// Makes sure that `tick` runs within `shortTick`.
    func keepTime() {
        if isResting { poller.wake() }
    }

    /// Runs `action` on the thread whenever `descriptor` is readable.
    func watch(_ descriptor: CInt, _ action: @escaping @Sendable () -> Void) throws(NanomsgError) -> Watch {
        let watch = register(descriptor, action)
        try poller.add(descriptor, token: watch.token)
        return watch
    }

    /// Runs `action` on the thread once for every `arm`, when `descriptor` is readable.
    func watchOnDemand(_ descriptor: CInt, _ action: @escaping @Sendable () -> Void) throws(NanomsgError) -> Watch {
        let watch = register(descriptor, action)
        try poller.addDisarmed(descriptor, token: watch.token)
        return watch
    }

    private func register(_ descriptor: CInt, _ action: @escaping @Sendable () -> Void) -> Watch {
        let token = lastToken.add(1, ordering: .relaxed).newValue
        actions.withLock { $0[token] = action }
        return Watch(token: token, descriptor: descriptor)
    }

    func arm(_ watch: Watch) {
        // Fails only for a descriptor that was cancelled, which then has nobody waiting.
        try? poller.arm(watch.descriptor, token: watch.token)
    }

    /// Ends the watch; to be done while the descriptor is still open.
    func cancel(_ watch: Watch) {
        poller.remove(watch.descriptor)
        actions.withLock { _ = $0.removeValue(forKey: watch.token) }
    }

    /// Ends the thread after what it is doing.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        poller.wake()
    }
}
