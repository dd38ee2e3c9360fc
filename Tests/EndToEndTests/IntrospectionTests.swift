import Contracts
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("What an operator asks over the mesh")
    struct IntrospectionTests {
        @Test("Every replica tells what it is and has done, by service or by instance")
        func stats() async throws {
            let system = try await TestSystem.replicated()
            _ = try await system.signIn(system.student)
            func stats(_ arguments: String...) async throws -> [JSONValue] {
                let (status, output) = try await system.command(["stats", "--json"] + arguments)
                #expect(status.isSuccess, "\(output)")
                return try output.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
            }
            let all = try await stats()
            #expect(all.count == Service.onMesh.count * 2)
            #expect(Set(all.compactMap { $0["info"]?["instance"]?.stringValue }).count == all.count)
            #expect(all.allSatisfy { $0["info"]?["instance"] == $0["stats"]?["instance"] })

            let auth = try await stats("auth")
            #expect(auth.allSatisfy { $0["info"]?["service"] == "auth" } && auth.count == 2)
            let operations = auth.flatMap { $0["stats"]?["operations"]?.arrayValue ?? [] }
            #expect(operations.contains { $0["name"] == "auth.login" && ($0["requests"]?.intValue ?? 0) > 0 })

            let instance = try #require(auth.last?["info"]?["instance"]?.stringValue)
            #expect(try await stats("--replica", instance).map { $0["address"] } == [auth.last?["address"]])
            let (status, output) = try await system.command(["stats", "auth"])
            #expect(status.isSuccess && output.contains(instance) && output.contains("auth.login"))
            #expect(try await system.command(["stats", "library"]).status.isSuccess == false)
            #expect(try await system.command(["stats", "--replica", "nobody"]).status.isSuccess == false)
        }
    }
}
