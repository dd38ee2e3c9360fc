import Foundation
import Synchronization

/// A Redis server of the test's own, which can be stopped and started again on the same port.
public final class RedisServer: Sendable {
    public let port: Int
    private let folder: String
    private let process = Mutex<Process?>(nil)

    /// Starts it.
    ///
    /// - Parameter folder: For its output.
    /// - Throws: When it cannot be started; a missing server is a failure.
    public init(folder: String) async throws {
        self.folder = folder
        port = try freePort()
        try await start()
    }

    deinit {
        stop()
    }

    public var url: String { "redis://127.0.0.1:\(port)/1" }

    /// Waits until it answers.
    public func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-server")
        process.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
            "--logfile", "\(folder)/redis.log",
        ]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process.withLock { $0 = process }
        try await until(.seconds(10)) { try await command(["PING"]) == "PONG" ? () : nil }
    }

    /// Ends it at once; what it knew is gone.
    public func stop() {
        process.withLock { process in
            guard let running = process else { return }
            kill(running.processIdentifier, SIGKILL)
            running.waitUntilExit()
            process = nil
        }
    }

    /// Lets it live on without answering.
    public func pause() { signal(SIGSTOP) }
    public func resume() { signal(SIGCONT) }

    private func signal(_ number: CInt) {
        process.withLock { if let process = $0 { kill(process.processIdentifier, number) } }
    }

    /// What `redis-cli` prints.
    @discardableResult
    public func command(_ arguments: [String]) async throws -> String {
        let client = Process()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
        client.arguments = ["-p", "\(port)", "-n", "1"] + arguments
        let output = Pipe()
        client.standardOutput = output
        client.standardError = output
        try client.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        client.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
