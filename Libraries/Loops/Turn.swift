import Glibc

/// A loop's turn: the state that belongs to its thread alone.
///
/// It is reached through the thread itself and not `Sendable`, so nothing of it needs a lock.
final class Turn {
    /// The rounds of jobs after which the loop looks at descriptors and time again.
    private static let rounds = 8
    /// The time after which it does so too, once the present round is over.
    private static let limit: Duration = .milliseconds(1)

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        guard unsafe pthread_key_create(&key, nil) == 0 else { fatalError("The system gives no thread-specific key") }
        return key
    }()

    /// The turn of the loop whose thread this is; `nil` on all other threads.
    static var current: Turn? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<Turn>.fromOpaque(pointer).takeUnretainedValue()
    }

    let core: LoopCore
    private var jobs: [LoopCore.Job] = []
    /// The jobs of the present round.
    private var batch: [LoopCore.Job] = []
    private var meter = TurnMeter(.now)

    private init(_ core: LoopCore) { self.core = core }

    /// Makes this thread the loop's while `body` runs.
    static func withThread(of core: LoopCore, _ body: (Turn) -> Void) {
        let turn = Turn(core)
        unsafe pthread_setspecific(key, Unmanaged.passUnretained(turn).toOpaque())
        body(turn)
        pthread_setspecific(key, nil)
    }

    var isBusy: Bool { !jobs.isEmpty }
    var figures: LoopFigures { meter.figures }

    func add(_ job: LoopCore.Job) { jobs.append(job) }

    func begin(_ now: ContinuousClock.Instant) { meter.begin(now) }

    func end() -> LongTurn? { meter.end(.now) }

    /// Runs jobs until none is left, or descriptors and time have waited for long enough.
    func run(_ arrived: [LoopCore.Job]) {
        meter.lap("descriptors and time", .now)
        jobs += arrived
        let end = meter.lapped + Self.limit
        for _ in 0..<Self.rounds where !jobs.isEmpty {
            swap(&jobs, &batch)
            for job in batch { run(job) }
            batch.removeAll(keepingCapacity: true)
            if meter.lapped >= end { break }
        }
    }

    private func run(_ job: LoopCore.Job) {
        unsafe job.job.runSynchronously(on: job.executor.asUnownedTaskExecutor())
        let time = meter.lap(job.executor.name, .now)
        job.executor.jobEnded(after: time)
    }
}
