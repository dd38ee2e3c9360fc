import Foundation
import Synchronization

/// A program that is started again whenever it dies, until it is told to stop.
final class SupervisedProcess: Sendable {
    let name: String
    private let command: [String]
    /// The account that it runs as; `nil` for our own.
    private let account: Account?
    private let environment: [String: String]
    private let logFile: String
    /// The file that holds its identity while it runs, by which a later supervisor recognizes it.
    private let pidFile: String
    private let holdFile: String?
    /// The signal that asks it to finish what it does and end; the kernel sends it when we are killed.
    private let stopSignal: EndSignal
    private let report: @Sendable (String) -> Void

    private struct State {
        var child: ChildProcess?
        var isStopping = false
        var deaths = 0
        var lastEnd: String?
    }

    private let state = Mutex(State())

    init(
        name: String,
        command: [String],
        account: Account? = nil,
        environment: [String: String],
        logFile: String,
        pidFile: String,
        holdFile: String? = nil,
        stopSignal: EndSignal = .terminate,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.name = name
        self.command = command
        self.account = account
        self.environment = environment
        self.logFile = logFile
        self.pidFile = pidFile
        self.holdFile = holdFile
        self.stopSignal = stopSignal
        self.report = report
    }

    var pid: pid_t? { state.withLock { $0.child?.pid } }
    /// How it ended when it last did so by itself, in words; `nil` while it never has.
    var lastEnd: String? { state.withLock { $0.lastEnd } }
    /// How often it ended without being told to.
    var deaths: Int { state.withLock { $0.deaths } }

    /// Keeps it running; returns once `stop` has ended it.
    func supervise() async {
        var failures = 0
        while !state.withLock(\.isStopping) {
            let startedAt = ContinuousClock.now
            let end = await runOnce()
            guard !state.withLock(\.isStopping) else { return }
            if isHeld {
                report("\(name) is stopped until: rovierr dev start \(name)")
            } else {
                failures = ContinuousClock.now - startedAt > .seconds(10) ? 1 : failures + 1
                let pause = Self.pause(afterFailures: failures)
                report("\(name) died, \(end); starting it again in \(pause.milliseconds) ms")
                await wait(pause)
            }
            while isHeld, !state.withLock(\.isStopping) { await wait(.milliseconds(20)) }
        }
    }

    /// Starts it and waits for its end.
    ///
    /// - Returns: How it ended, or why it did not start, in words.
    private func runOnce() async -> String {
        let end: String
        do {
            guard let child = try start() else { return "" }
            end = "\(await child.waitForEnd())"
        } catch { end = "\(error)" }
        let isHeld = isHeld
        state.withLock { state in
            state.child = nil
            if !state.isStopping, !isHeld {
                state.deaths += 1
                state.lastEnd = end
            }
        }
        unlinkFile(pidFile)
        return end
    }

    /// Asks it to end, and ends it by force when it takes too long.
    func stop(within grace: Duration = .seconds(15)) async {
        guard let child = giveUp() else { return }
        child.signal(stopSignal.number)
        let deadline = ContinuousClock.now + grace
        while child.status == nil, .now < deadline { await wait(.milliseconds(10)) }
        guard child.status == nil else { return }
        report("\(name) does not end; killing it")
        child.signal(SIGKILL)
        _ = await child.waitForEnd()
    }

    /// Lets it run, but not start again.
    ///
    /// - Returns: It, if it runs.
    @discardableResult
    func giveUp() -> ChildProcess? {
        state.withLock { state in
            state.isStopping = true
            return state.child
        }
    }

    /// `nil` once it is to stop.
    private func start() throws -> ChildProcess? {
        try state.withLock { state -> ChildProcess? in
            guard !state.isStopping else { return nil }
            let child = try ChildProcess(
                account.running(command, endingWith: stopSignal),
                environment: environment,
                output: logFile
            )
            do {
                if let identity = ProcessIdentity(of: child.pid) { try write(Array(identity.text.utf8), to: pidFile) }
            } catch {
                child.signal(SIGKILL)  // or a second one would be started beside it
                throw error
            }
            state.child = child
            return child
        }
    }

    private var isHeld: Bool { holdFile.map { FileManager.default.fileExists(atPath: $0) } ?? false }

    /// Doubles from a tenth of a second up to five.
    private static func pause(afterFailures count: Int) -> Duration {
        .milliseconds(min(5_000, 100 << min(count - 1, 6)))
    }

    /// The last lines of its log, for whoever wants to know why it died.
    func lastLines(_ count: Int = 5) -> String {
        (readText(logFile) ?? "").split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}

/// Waits; a cancelled task does not wait at all.
func wait(_ duration: Duration) async {
    try? await Task.sleep(for: duration)
}

extension Duration {
    var milliseconds: Int { Int(self / .milliseconds(1)) }
}
