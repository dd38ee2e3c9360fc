import Contracts
import Foundation
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Operator

@Suite("Keyrings of an installation", .timeLimit(.minutes(10)))
struct MeshKeyringsTests {
    private func keyring(_ text: String) throws -> MeshKeyring { try MeshKeyring(parsing: text) }

    /// Fetches what a daemon declares of itself.
    private func declarations(of service: Service) async throws -> JSONValue {
        let (status, output) = try await ChildProcess.run([try program(of: service), "config"], environment: [:])
        #expect(status == .exited(0))
        return try JSONParser.parse(Array(output.utf8))
    }

    @Test("Each daemon gets keys for exactly those that it declares to call or to hear", arguments: Service.allCases)
    func keysFollowDeclarations(service: Service) async throws {
        let variables = Set(
            (try await declarations(of: service)["variables"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        )
        // The gateway's peers are the services in its SERVICES variable.
        let declared = Service.onMesh.filter { variables.contains(MeshConfiguration.variable(of: $0.name)) }
        let wanted = service == .gateway ? Service.onMesh : declared
        #expect(Set(service.callees) == Set(wanted), "Service.callees of \(service.name)")
    }

    @Test("Calls between services form no cycle, apart from reserved operations")
    func noCycle() async throws {
        var calls: [String: [String]] = [:]
        for service in Service.onMesh {
            let callees = try #require(try await declarations(of: service)["calls"]?.arrayValue)
            calls[service.name] = callees.compactMap(\.stringValue)
        }
        #expect(calls["societies"]?.contains("forms") == true && calls["forms"]?.contains("societies") == false)
        // Takes away, again and again, a service that calls none of those that are left.
        while let last = calls.first(where: { $0.value.allSatisfy { calls[$0] == nil } }) { calls[last.key] = nil }
        #expect(calls.isEmpty, "these call each other: \(calls)")
    }

    @Test("The operator's folder, a daemon's and the generator's have what they need and nothing of the others")
    func folders() async throws {
        try await withTemporaryFolder { folder in
            let secrets = DeploymentSecrets(
                folder: folder,
                others: [OtherService(name: "readability", callees: ["forms"])]
            )
            try secrets.make()
            let root = try #require(readText(folder + "/generator/mesh-root")?.trimmingCharacters(in: .newlines))
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/generator/mesh-root")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            for name in Service.allCases.map(\.name) + ["readability", "operator"] {
                let text = try #require(readText("\(folder)/\(name)/mesh-keys"))
                #expect(!text.contains(root) && readText("\(folder)/\(name)/mesh-keys-previous") == "")
                let ring = try keyring(text)
                #expect(ring.service == name)
                #expect(text.contains("\nstates ") == ["gateway", "operator"].contains(name))
                let callers = ["academic", "auth", "gateway", "notifier", "operator", "societies", "readability"]
                #expect(ring.canCall("forms") == callers.contains(name))
            }
            #expect(try keyring(#require(readText(folder + "/forms/mesh-keys"))).text.contains("serves readability "))
            // A second run changes nothing.
            let before = readText(folder + "/forms/mesh-keys")
            try secrets.make()
            #expect(readText(folder + "/forms/mesh-keys") == before)
        }
    }

    @Test(
        "Keys are replaced in three steps, each with two keyrings that the steps before and after understand"
    )
    func rotation() async throws {
        try await withTemporaryFolder { folder in
            let secrets = DeploymentSecrets(folder: folder)
            func rings() -> [String?] {
                ["mesh-keys", "mesh-keys-previous"].map { readText("\(folder)/forms/\($0)") }
            }
            try secrets.make()
            let old = rings()[0]
            for early in [MeshRoots.Step.use, .finish] { #expect(throws: Failure.self) { try secrets.make(early) } }
            try secrets.make(.introduce)
            let new = rings()[1]
            #expect(rings() == [old, new] && new != old && new?.isEmpty == false)
            #expect(throws: Failure.self) { try secrets.make(.finish) }
            try secrets.make(.introduce)  // asked twice, the same
            #expect(rings() == [old, new])
            try secrets.make(.use)
            #expect(rings() == [new, old])
            #expect(throws: Failure.self) { try secrets.make(.introduce) }
            try secrets.make()
            #expect(rings() == [new, old])
            try secrets.make(.finish)
            #expect(rings() == [new, ""])
        }
    }

    @Test(
        "Wherever a replacement of the keys is interrupted, the same two keyrings remain and it can be finished",
        arguments: [true, false]
    )
    func interruptedUse(hasCurrent: Bool) async throws {
        try await withTemporaryFolder { folder in
            let secrets = DeploymentSecrets(folder: folder)
            func rings() -> [String?] {
                ["mesh-keys", "mesh-keys-previous"].map { readText("\(folder)/forms/\($0)") }
            }
            try secrets.make(.introduce)
            let (old, new) = (rings()[0], rings()[1])
            let root = "\(folder)/generator/mesh-root"
            let text = try #require(readText(root))
            try write(Array(text.utf8), to: root + "-previous")
            if !hasCurrent { unlinkFile(root) }  // as earlier versions could leave it

            try secrets.make()
            #expect(rings() == (hasCurrent ? [old, new] : [new, old]))
            if hasCurrent {
                #expect(throws: Failure.self) { try secrets.make(.finish) }
                try secrets.make(.introduce)
                #expect(rings() == [old, new])
            }
            for _ in 0..<2 {
                try secrets.make(.use)
                #expect(rings() == [new, old])
            }
            try secrets.make(.finish)
            #expect(rings() == [new, ""])
        }
    }

    @Test("A root that is missing beside the previous one is not made again")
    func missingRoot() async throws {
        try await withTemporaryFolder { folder in
            let secrets = DeploymentSecrets(folder: folder)
            try secrets.make(.introduce)
            try secrets.make(.use)
            let root = "\(folder)/generator/mesh-root"
            unlinkFile(root)
            for step in [nil, MeshRoots.Step.introduce, .use, .finish] {
                #expect(throws: Failure.self) { try secrets.make(step) }
            }
            #expect(readText(root) == nil && readText(root + "-previous") != nil)
        }
    }

    @Test("The one key of earlier versions goes, and does not become the root")
    func upgrade() async throws {
        try await withTemporaryFolder { folder in
            for name in ["operator", "forms"] {
                try makeFolder("\(folder)/\(name)", mode: 0o755)
                try write(Array(String(repeating: "ab", count: 32).utf8), to: "\(folder)/\(name)/mesh-key")
            }
            try DeploymentSecrets(folder: folder).make()
            #expect(readText(folder + "/operator/mesh-key") == nil && readText(folder + "/forms/mesh-key") == nil)
            #expect(readText(folder + "/generator/mesh-root")?.contains("abab") == false)
        }
    }

    @Test("A daemon that is still given the one key, or another's keyring, says what to do")
    func oldVariables() async throws {
        try await withTemporaryFolder { folder in
            func fault(_ variables: [String: String]) async throws -> String {
                let (status, output) = try await ChildProcess.run([try program(of: .academic)], environment: variables)
                #expect(status == .exited(78))
                return output
            }
            let old = try await fault(["MESH_KEY": String(repeating: "ab", count: 32)])
            #expect(old.contains("MESH_KEY is no longer read") && old.contains("MESH_KEYS_FILE"))
            let keyrings = try MeshKeyrings(root: String(repeating: "ab", count: 32))
            let foreign = try await fault(["MESH_KEYS": keyrings.text(of: "forms")])
            #expect(foreign.contains("this is the keyring of forms, not of academic"))
        }
    }

    @Test(
        "A custom service must have a valid name",
        arguments: ["forms=auth", "operator", "Readability", "=auth", ""]
    )
    func refusedServices(text: String) {
        #expect(OtherService(argument: text) == nil)
        #expect(OtherService(argument: "readability=forms,auth")?.callees == ["forms", "auth"])
        #expect(OtherService(argument: "readability")?.callees == [])
    }
}
