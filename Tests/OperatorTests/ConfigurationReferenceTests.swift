import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("Variables told from the code", .timeLimit(.minutes(10)))
struct ConfigurationReferenceTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let rovierr =
        URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path + "/rovierr"

    @Test(
        "docs/configuration.md and .env.example are what the daemons declare",
        arguments: [("--markdown", "docs/configuration.md"), ("--env", ".env.example")]
    )
    func filesAreCurrent(flag: String, file: String) async throws {
        let (status, output) = try await ChildProcess.run([Self.rovierr, "config", "list", flag])
        #expect(status == .exited(0))
        #expect(output == readText("\(Self.sources)/\(file)"), "rovierr config list \(flag) > \(file)")
    }

    @Test("Compose passes on to each daemon what it declares, and nothing else", arguments: Service.allCases)
    func composeFilesAreCurrent(service: Service) async throws {
        let file = "deploy/docker/variables/\(service.name).env"
        let (status, output) = try await ChildProcess.run([Self.rovierr, "config", "list", "--compose", service.name])
        #expect(status == .exited(0))
        #expect(
            output == readText("\(Self.sources)/\(file)"),
            "rovierr config list --compose \(service.name) > \(file)"
        )
        let compose = try #require(readText("\(Self.sources)/docker-compose.yml"))
        #expect(compose.contains("env_file: [\(file)]"))
    }

    @Test("A daemon's declarations do not depend on the environment")
    func declarationsAreConstant() async throws {
        let program = try program(of: .forms)
        let (_, bare) = try await ChildProcess.run([program, "config"], environment: [:])
        let (_, full) = try await ChildProcess.run(
            [program, "config"],
            environment: ["LOG_LEVEL": "loud", "POSTGRES_CONNECTIONS": "3", "MESH_KEYS": "secret"]
        )
        #expect(bare == full && bare.contains("POSTGRES_CONNECTIONS"))
    }

    @Test("Checking a file tells every fault of every daemon, a line each, and ends with code 78")
    func faultsOfAFile() async throws {
        let file = FileManager.default.temporaryDirectory.path + "/rovierr-env-\(UUID().uuidString)"
        defer { unlinkFile(file) }
        let keyring = try MeshKeyrings(root: String(repeating: "0123456789abcdef", count: 4)).text(of: "forms")
        let keys = file + "-keys"
        defer { unlinkFile(keys) }
        try write(Array(keyring.utf8), to: keys)
        let good = """
            # What forms needs.
            MESH_KEYS_FILE="\(keys)"
            MESH_BIND=tcp://0.0.0.0:7100
            MESH_EVENTS_BIND=tcp://0.0.0.0:7101
            MESH_AUTH=tcp://auth:7100
            MESH_AUTH_EVENTS=tcp://auth:7200
            MESH_SOCIETIES='tcp://societies:7100'
            MESH_SOCIETIES_EVENTS=tcp://societies:7200
            POSTGRES_URL=postgresql://forms@postgres/rovierr

            """
        try write(Array(good.utf8), to: file)
        let check = [Self.rovierr, "config", "check", "--env-file", file]
        let right = try await ChildProcess.run(check + ["--service", "forms"])
        #expect(right.status == .exited(0), "\(right.output)")

        try write(Array((good + "DRAIN_TIMEOUT=soon\nLOG_LEVEL=loud\n").utf8), to: file)
        let wrong = try await ChildProcess.run(check)
        #expect(wrong.status == .exited(78))
        let lines = wrong.output.split(separator: "\n")
        for service in Service.allCases {
            #expect(lines.contains { $0.hasPrefix("\(service.name): DRAIN_TIMEOUT is \"soon\"") })
            #expect(lines.contains { $0.hasPrefix("\(service.name): LOG_LEVEL is \"loud\"") })
        }
        let secrets = keyring.split { $0.isWhitespace }.filter { $0.count == 64 }
        #expect(secrets.count > 5 && secrets.allSatisfy { !wrong.output.contains($0) })
    }

    @Test("A file of variables says which of its lines is none")
    func malformedFile() async throws {
        let file = FileManager.default.temporaryDirectory.path + "/rovierr-env-\(UUID().uuidString)"
        defer { unlinkFile(file) }
        try write(Array("A=1\nnonsense\n".utf8), to: file)
        #expect(throws: Failure.self) { try EnvironmentFile.variables(file) }
    }
}
