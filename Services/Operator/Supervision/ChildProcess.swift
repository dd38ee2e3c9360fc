import Foundation
import Synchronization

/// How a program ended.
enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
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
final class ChildProcess: Sendable {
    let pid: pid_t
    let startedAt = ContinuousClock.now
    private let end: End

    private final class End: Sendable {
        private struct State {
            var status: ExitStatus?
            var waiting: [CheckedContinuation<ExitStatus, Never>] = []
        }

        private let state = Mutex(State())

        var status: ExitStatus? { state.withLock { $0.status } }

        func set(_ status: ExitStatus) {
            let waiting = state.withLock { state in
                state.status = status
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume(returning: status) }
        }

        func wait() async -> ExitStatus {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state in
                    if state.status == nil { state.waiting.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: The program's absolute path and its arguments.
    ///   - environment: All of its variables; `nil` for our own.
    ///   - output: Where standard output and standard error go; `nil` for nowhere.
    /// - Throws: `Failure` when there is no such program.
    init(_ command: [String], environment: [String: String]? = nil, output: FileHandle?) throws {
        guard let program = command.first else { throw Failure("There is no program to start") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = Array(command.dropFirst())
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = output ?? FileHandle.nullDevice
        let end = End()
        process.terminationHandler = { process in
            let code = process.terminationStatus
            end.set(process.terminationReason == .uncaughtSignal ? .signalled(code) : .exited(code))
        }
        do { try process.run() } catch { throw Failure("Cannot start \(program): \(error.localizedDescription)") }
        self.pid = process.processIdentifier
        self.end = end
    }

    /// `nil` while it runs.
    var status: ExitStatus? { end.status }

    /// Waits for the end, whoever asked for it.
    func waitForEnd() async -> ExitStatus { await end.wait() }

    func signal(_ number: Int32) {
        guard status == nil else { return }  // the id may belong to another program by now
        kill(pid, number)
    }

    /// Runs a program to its end and collects what it prints.
    static func run(
        _ command: [String],
        environment: [String: String]? = nil
    ) async throws -> (status: ExitStatus, output: String) {
        let path = "\(FileManager.default.temporaryDirectory.path)/rovierr-\(UUID().uuidString)"
        defer { unlinkFile(path) }
        let child = try ChildProcess(command, environment: environment, output: FileHandle(appendingTo: path))
        let status = await child.waitForEnd()
        return (status, readText(path) ?? "")
    }
}

extension FileHandle {
    /// Opens a file to write at its end, made when it is not there.
    convenience init(appendingTo path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("Cannot write to \(path)") }
        self.init(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}

/// Removes a file that may be gone already.
func unlinkFile(_ path: String) {
    _ = unsafe unlink(path)
}
