import Foundation

/// Runs one of `Tests/Peers` as a program: gives it `input` and returns what it writes.
///
/// - Parameters:
///   - script: The file's name.
///   - input: Given on standard input, whole.
/// - Returns: Its standard output.
/// - Throws: `PythonPeerFailure` when it ends with an error.
public func runPythonPeer(_ script: String, input: [UInt8]) throws -> [UInt8] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
    let python = ProcessInfo.processInfo.environment["ROVIERR_TEST_PYTHON"]
    // Through files, since a pipe's two ends would have to be served at once.
    let folder = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }  // nothing depends on its absence
    let (given, written) = (folder.appending(path: "input"), folder.appending(path: "output"))
    try Data(input).write(to: given)
    try Data().write(to: written)
    let process = Process()
    process.executableURL = python.map { URL(filePath: $0) } ?? root.appending(path: ".rovierr/test-venv/bin/python3")
    process.arguments = [root.appending(path: "Tests/Peers/\(script)").path]
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
