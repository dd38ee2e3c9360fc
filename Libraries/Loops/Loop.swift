public import Logging

/// A thread that waits for descriptors and for time, and runs the jobs of tasks: all that a daemon does without computing.
///
/// It goes round in turns: it waits, handles the descriptors that are ready and the tickers that are due, runs jobs, and
/// ends with what has gathered meanwhile, such as statements to send. Tasks that prefer it as their executor resume in
/// the turn in which their answer comes, without a lock or a change of threads, each of which costs 6–16 µs. In return,
/// nothing on it may block, or compute for more than about a millisecond. The thread ends with the last reference.
public final class Loop: TimedExecutor {
    public let name: String
    let core: LoopCore

    /// Starts the thread; the process ends if the system gives no further file descriptors.
    ///
    /// - Parameters:
    ///   - name: The thread's name, of at most 15 bytes.
    ///   - logger: Gets a warning about long turns.
    public convenience init(name: String, logger: Logger) {
        self.init(name: name, poller: Poller(), logger: logger)
    }

    private init(name: String, poller: Poller, logger: Logger) {
        self.name = name
        core = LoopCore(name: name, poller: poller, logger: logger)
        SystemThread.start(name: name) { [core] in core.run() }
    }

    /// Starts the thread of a loop that can be done without.
    ///
    /// - Parameters:
    ///   - name: The thread's name, of at most 15 bytes.
    ///   - logger: Gets a warning about long turns.
    /// - Returns: `nil` if the system gives no further file descriptors.
    public static func ifPossible(name: String, logger: Logger) -> Loop? {
        Poller(ifPossible: ()).map { Loop(name: name, poller: $0, logger: logger) }
    }

    deinit { core.stop() }

    /// Tells whether the caller runs on the loop's thread.
    public var isCurrent: Bool { Turn.current?.core === core }

    /// The loop's turns so far.
    public var figures: LoopFigures { core.figures }

    /// The time since the present turn began; zero while the loop waits.
    public var presentTurn: Duration { core.presentTurn }

    /// Runs `action` whenever a descriptor is ready.
    ///
    /// - Parameters:
    ///   - descriptor: A descriptor that stays open until the watch is cancelled.
    ///   - interest: The readiness to wait for.
    ///   - action: Runs on the loop's thread.
    /// - Returns: The means to change the interest, and to end the watch.
    public func watch(
        _ descriptor: CInt,
        for interest: Poller.Interest = .reading,
        _ action: @escaping @Sendable () -> Void
    ) -> Watch {
        let token = core.newToken()
        core.register(token, action)
        core.poller.add(descriptor, token: token, for: interest)
        return Watch(core: core, token: token, descriptor: descriptor)
    }

    /// Runs `hook` at the end of every turn, for as long as the loop exists.
    public func atTurnEnd(_ hook: @escaping @Sendable () -> Void) { core.atTurnEnd(hook) }

    public func enqueue(_ job: consuming ExecutorJob) { core.enqueue(UnownedJob(job), for: self) }

    /// Runs a job of another executor.
    ///
    /// - Parameters:
    ///   - job: A job that the executor was given.
    ///   - executor: The executor, which learns how long the job takes.
    public func enqueue(_ job: consuming ExecutorJob, for executor: any TimedExecutor) {
        core.enqueue(UnownedJob(job), for: executor)
    }

    public func jobEnded(after time: Duration) {}
}

/// An executor whose jobs a loop runs, and times apart from those of others.
public protocol TimedExecutor: TaskExecutor {
    /// The name to log when one of its jobs takes long.
    var name: String { get }

    /// Notes that one of its jobs has ended, or is suspended; called on the loop's thread.
    func jobEnded(after time: Duration)
}

/// A descriptor that a loop waits for.
public struct Watch: Sendable {
    let core: LoopCore
    let token: UInt64
    let descriptor: CInt

    /// Changes the readiness to wait for.
    public func change(to interest: Poller.Interest) { core.poller.change(descriptor, token: token, to: interest) }

    /// Ends the watch; to be called while the descriptor is still open.
    public func cancel() {
        core.poller.remove(descriptor)
        core.forget(token)
    }
}
