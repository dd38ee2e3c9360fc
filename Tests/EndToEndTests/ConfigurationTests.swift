import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

// **Feature: rovierr-platform-foundation, Property 10: Environment Variable Validation**
@Suite("Property 10: a daemon does not start with faulty variables", .timeLimit(.minutes(10)))
struct ConfigurationTests {
    /// The variables that a development instance gives its daemons; nothing of it has to run.
    private struct Installation {
        let home: Home
        let topology: Topology
        let cluster: PostgresCluster

        init(_ folder: String) throws {
            home = Home(folder)
            try home.prepare()
            topology = try Topology(home: home, port: 0, replicas: [:])
            cluster = try PostgresCluster(home, account: nil)
        }

        func variables(of service: Service) throws -> [String: String] {
            let daemon = try #require(topology.replicas(of: service).first)
            return try topology.environment(of: daemon, home, cluster)
        }

        func run(_ service: Service, _ variables: [String: String]) async throws -> (status: ProcessEnd, output: String)
        {
            try await ChildProcess.run(["\(TestSystem.programs)/\(service.name)"], environment: variables)
        }

        /// What a daemon cannot do without: what it names when it is given nothing.
        func required(by service: Service) async throws -> [String] {
            let (status, output) = try await run(service, [:])
            #expect(status == .exited(78))
            return output.matches(of: /([A-Z][A-Z0-9_]+) is missing/).map { String($0.output.1) }
        }
    }

    @Test(
        "Each required variable, missing or malformed, ends each daemon with one clear line and code 78",
        arguments: Seed.batch(100)
    )
    func faultyVariable(seed: Seed) async throws {
        try await withTemporaryFolder { folder in
            var random = seed.generator
            let installation = try Installation(folder)
            let service = try #require(Service.allCases.randomElement(using: &random))
            let name = try #require(try await installation.required(by: service).randomElement(using: &random))
            var variables = try installation.variables(of: service)
            let faults = [nil, "", " ", "%%%", "tcp://", "ipc://relative", "12", "\u{1F9ED}"]
            variables[name] = try #require(faults.randomElement(using: &random))
            if name == "MESH_KEYS" { variables["MESH_KEYS_FILE"] = nil }

            let (status, output) = try await installation.run(service, variables)
            #expect(status == .exited(78))
            let lines = output.split(separator: "\n")
            #expect(lines.count == 1 && lines[0].hasPrefix("\(service.name): "), "\(output)")
            #expect(lines.first?.contains(name) == true, "\(output)")
            for secret in variables.values where secret.count > 40 { #expect(!output.contains(secret)) }
        }
    }

    @Test("Every daemon demands its database, the mesh's key and its addresses", arguments: Service.allCases)
    func requiredVariables(of service: Service) async throws {
        try await withTemporaryFolder { folder in
            let required = Set(try await Installation(folder).required(by: service))
            let expected =
                service == .gateway
                ? ["MESH_KEYS", "MESH_AUTH"] : ["MESH_KEYS", "MESH_BIND", "MESH_EVENTS_BIND", "POSTGRES_URL"]
            #expect(required.isSuperset(of: expected))
        }
    }

    @Test(
        "A variable that may be left out is checked when it is there",
        arguments: Service.allCases,
        ["LOG_LEVEL": "loud", "DRAIN_TIMEOUT": "0", "ADMIN_BIND": "nowhere", "MESH_KEYS_PREVIOUS": "12"]
    )
    func optionalVariable(service: Service, fault: (key: String, value: String)) async throws {
        try await withTemporaryFolder { folder in
            let installation = try Installation(folder)
            let variables = try installation.variables(of: service).merging([fault.key: fault.value]) { _, new in new }
            let (status, output) = try await installation.run(service, variables)
            #expect(status == .exited(78))
            #expect(output.contains(fault.key))
        }
    }

    @Test("A secret may stand in a file, and a file that is not there is named")
    func secretInFile() async throws {
        try await withTemporaryFolder { folder in
            let installation = try Installation(folder)
            var variables = try installation.variables(of: .academic)
            variables["MESH_KEYS"] = nil
            variables["MESH_KEYS_FILE"] = folder + "/nowhere"
            let (status, output) = try await installation.run(.academic, variables)
            #expect(status == .exited(78))
            #expect(output.contains("MESH_KEYS_FILE") && output.split(separator: "\n").count == 1)
            variables["MESH_KEYS_FILE"] = try installation.home.keyring(of: "academic")
            variables["LOG_LEVEL"] = "loud"
            let second = try await installation.run(.academic, variables)
            #expect(!second.output.contains("MESH_KEYS") && second.output.contains("LOG_LEVEL"))
        }
    }
}
