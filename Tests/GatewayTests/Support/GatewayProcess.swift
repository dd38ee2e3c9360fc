import Contracts
import Foundation
import TestKit

/// The gateway as the program that is deployed, in front of the services of a `TestGateway`.
final class GatewayProcess: Sendable {
    let port: Int
    let adminPort: Int
    private let process: Process

    /// - Parameters:
    ///   - services: What it stands before.
    ///   - environment: Variables beside those that say where the services are.
    ///   - log: The file that takes what it says, instead of the test's own output.
    /// - Throws: When it cannot be started, or is not ready in time.
    init(before services: TestGateway, environment: [String: String] = [:], log: String? = nil) async throws {
        port = try freePort()
        adminPort = try freePort()
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("gateway")
        process = Process()
        process.executableURL = program
        var variables = services.variables
        variables["HTTP_BIND"] = "127.0.0.1:\(port)"
        variables["ADMIN_BIND"] = "127.0.0.1:\(adminPort)"
        process.environment = variables.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        // Else inherited, so that what it says before it dies stands beside the test that killed it.
        if let log {
            try Data().write(to: URL(fileURLWithPath: log))
            process.standardError = FileHandle(forWritingAtPath: log)
        }
        try process.run()
        try await until {
            try? HostileClient.send(Self.ready, port: port, patience: 5_000).first?.status == 200 ? () : nil
        }
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
    }

    private static let ready = Array("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    var isRunning: Bool { process.isRunning }

    /// What is in memory now, in bytes.
    func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw Missing(what: "VmRSS")
        }
        return kilobytes * 1_024
    }

    /// How many client connections are open.
    func connections() throws -> Int {
        let request = Array("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
        let body = try HostileClient.send(request, port: adminPort, patience: 5_000).first?.body ?? []
        let line = String(decoding: body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("rovierr_gateway_connections ") }
        guard let count = line?.split(separator: " ").last.flatMap({ Int($0) }) else { throw Missing(what: "figure") }
        return count
    }
}
