import Dispatch
import Foundation
import Synchronization

/// How a program ended.
enum ProcessEnd: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    var isSuccess: Bool { self == .exited(0) }

    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}

/// A program that this one started.
///
/// It has a process group of its own, so that Ctrl-C in the terminal reaches only us and everything is stopped in order.
/// The rest of its group ends with it: nginx's workers would go on listening without their master.
final class ChildProcess: Sendable {
    let pid: pid_t
    let startedAt = ContinuousClock.now
    private let end: End

    private final class End: Sendable {
        private struct State {
            var status: ProcessEnd?
            var waiting: [CheckedContinuation<ProcessEnd, Never>] = []
        }

        private let state = Mutex(State())

        var status: ProcessEnd? { state.withLock { $0.status } }

        func set(_ status: ProcessEnd) {
            let waiting = state.withLock { state in
                state.status = status
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume(returning: status) }
        }

        func wait() async -> ProcessEnd {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state in
                    if state.status == nil { state.waiting.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }
    }

    /// Hands the outcome of a start from the child's thread to whoever asked for it.
    private final class Start: Sendable {
        private let isOver = DispatchSemaphore(value: 0)
        private let outcome = Mutex<Result<pid_t, any Error>?>(nil)

        func end(_ result: Result<pid_t, any Error>) {
            outcome.withLock { $0 = result }
            isOver.signal()
        }

        func wait() throws -> pid_t {
            isOver.wait()
            guard let result = outcome.withLock(\.self) else { throw Failure("The start of a program has no outcome") }
            return try result.get()
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: The program's absolute path and its arguments.
    ///   - environment: All of its variables; `nil` for our own.
    ///   - input: A descriptor to read standard input from; `nil` for nothing to read.
    ///   - output: The file that standard output and standard error are added to.
    /// - Throws: `Failure` when there is no such program.
    init(_ command: [String], environment: [String: String]? = nil, input: CInt? = nil, output: String) throws {
        let variables = environment ?? ProcessInfo.processInfo.environment
        let (start, end) = (Start(), End())
        // One thread starts the child and waits for it: the kernel takes that thread's end for the parent's death, and
        // threads of a pool come and go. Foundation's Process would hear of the end only when every program that the
        // child started has ended as well.
        Thread.detachNewThread {
            let outcome = Result<pid_t, any Error> {
                try unsafe withCStrings(command) { arguments in
                    try unsafe withCStrings(variables.map { "\($0)=\($1)" }) { variables in
                        try unsafe ChildProcess.spawn(arguments, variables, input, output)
                    }
                }
            }
            start.end(outcome)
            if case .success(let pid) = outcome { end.set(ChildProcess.waitForEnd(of: pid)) }
        }
        pid = try start.wait()
        self.end = end
    }

    /// Waits for the end of a child, and ends what is left of its group.
    private static func waitForEnd(of pid: pid_t) -> ProcessEnd {
        // The group's id cannot be reused before the child has been waited for, which this call leaves to the next one.
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while unsafe waitpid(pid, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    /// Our threads block signals and the supervisor ignores some; the child starts with neither.
    private static func spawn(
        _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        _ variables: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        _ input: CInt?,
        _ output: String
    ) throws -> pid_t {
        var files = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&files)
        defer { unsafe posix_spawn_file_actions_destroy(&files) }
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO)
        } else {
            unsafe posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, CShort(flags))

        var pid: pid_t = 0
        let program = unsafe arguments[0].map { unsafe String(cString: $0) } ?? ""
        let code = unsafe posix_spawn(&pid, program, &files, &attributes, arguments, variables)
        guard code == 0 else { throw Failure("Cannot start \(program): \(unsafe String(cString: strerror(code)))") }
        return pid
    }

    /// `nil` while it runs.
    var status: ProcessEnd? { end.status }

    /// Waits for the end, whoever asked for it.
    func waitForEnd() async -> ProcessEnd { await end.wait() }

    func signal(_ number: Int32) {
        guard status == nil else { return }  // the id may belong to another program by now
        kill(pid, number)
    }

    /// Runs a program to its end and collects what it prints.
    static func run(
        _ command: [String],
        environment: [String: String]? = nil
    ) async throws -> (status: ProcessEnd, output: String) {
        let path = "\(FileManager.default.temporaryDirectory.path)/rovierr-\(UUID().uuidString)"
        defer { unlinkFile(path) }
        let child = try ChildProcess(command, environment: environment, output: path)
        let status = await child.waitForEnd()
        return (status, readText(path) ?? "")
    }
}

/// Calls something with a list of C strings that `NULL` ends.
func withCStrings<Value>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> Value
) throws -> Value {
    let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return try unsafe body(copies)
}

/// Removes a file that may be gone already.
func unlinkFile(_ path: String) {
    _ = unsafe unlink(path)
}
