public import Foundation

/// One of `Tests/Peers`, as a process that ends with its owner.
public final class PythonPeer {
    private let process = Process()
    private let input = Pipe()
    /// What it writes; its own words about what went wrong are on our standard error.
    public let output: FileHandle

    /// Starts a script.
    ///
    /// - Parameters:
    ///   - script: The file's name.
    ///   - arguments: Given to it.
    ///   - environment: The variables that it has beside ours.
    /// - Throws: When there is no Python to run it.
    public init(_ script: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        process.executableURL = URL(filePath: Self.interpreter)
        process.arguments = ["-B", Self.path(of: script)] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pipe = Pipe()
        output = pipe.fileHandleForReading
        process.standardOutput = pipe
        process.standardInput = input
        try process.run()
    }

    deinit {
        kill()
    }

    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL.path

    /// The program that runs them, with the packages that `make test` has installed.
    public static let interpreter =
        ProcessInfo.processInfo.environment["ROVIERR_TEST_PYTHON"] ?? repository + "/.rovierr/test-venv/bin/python3"

    /// Where a script is.
    public static func path(of script: String) -> String { "\(repository)/Tests/Peers/\(script)" }

    /// As `kill -STOP`: its sockets stay open, and nothing happens on them.
    public func stop() {
        Foundation.kill(process.processIdentifier, SIGSTOP)
    }

    public func goOn() {
        Foundation.kill(process.processIdentifier, SIGCONT)
    }

    /// As `kill -9`.
    public func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// As `kill`, which asks it to end.
    ///
    /// - Returns: The status that it ended with.
    public func terminate() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// Runs one of `Tests/Peers` as a program: gives it `input` and returns what it writes.
///
/// - Parameters:
///   - script: The file's name.
///   - input: Given on standard input, whole.
/// - Returns: Its standard output.
/// - Throws: `PythonPeerFailure` when it ends with an error.
public func runPythonPeer(_ script: String, input: [UInt8]) throws -> [UInt8] {
    // Through files, since a pipe's two ends would have to be served at once.
    let folder = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // nothing depends on its absence
    let (given, written) = (folder.appending(path: "input"), folder.appending(path: "output"))
    try Data(input).write(to: given)
    try Data().write(to: written)
    let process = Process()
    process.executableURL = URL(filePath: PythonPeer.interpreter)
    process.arguments = [PythonPeer.path(of: script)]
    process.standardInput = try FileHandle(forReadingFrom: given)
    process.standardOutput = try FileHandle(forWritingTo: written)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw PythonPeerFailure(description: "\(script) ended with status \(process.terminationStatus)")
    }
    return try [UInt8](Data(contentsOf: written))
}

/// A peer did not do what it was asked to; its own words are on standard error.
public struct PythonPeerFailure: Error, CustomStringConvertible {
    public let description: String
}
