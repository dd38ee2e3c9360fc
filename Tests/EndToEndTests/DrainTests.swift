import Contracts
import Foundation
import Postgres
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Draining")
    struct DrainTests {
        @Test(
            "While a request keeps a daemon from its end, it says that it lives and is not ready, and then it answers",
            arguments: [Service.academic, .gateway]
        )
        func readiness(service: Service) async throws {
            let system = try await TestSystem.shared()
            let daemon = try #require(system.topology.replicas(of: service).first)
            let pid = try #require(system.pid(of: daemon.name))
            func health(_ path: String) async throws -> Int {
                try await HTTPClient(port: daemon.adminPort).send("GET", path).status
            }
            let held = try await hold(system) {
                #expect(try await health("/health/ready") == 200)
                kill(pid, SIGTERM)
                try await until { try await health("/health/ready") == 503 ? () : nil }
                #expect(try await health("/health/live") == 200)
            }
            #expect(try await held.value.status == 201)
            try await until { system.pid(of: daemon.name).map { $0 != pid } == true ? () : nil }
            try await system.waitUntilReady(daemon.name)
            try await system.waitUntilHealthy()
        }

        @Test("A request that takes longer than DRAIN_TIMEOUT does not keep a daemon from its end")
        func patience() async throws {
            let system = try await TestSystem(["DRAIN_TIMEOUT": "1"])
            defer { system.end() }
            for service in [Service.gateway, .academic] {
                let daemon = try #require(system.topology.replicas(of: service).first)
                let pid = try #require(system.pid(of: daemon.name))
                let held = try await hold(system) {
                    kill(pid, SIGTERM)
                    // Less than the ten seconds that are the default.
                    try await until(.seconds(9)) { system.pid(of: daemon.name) == pid ? nil : () }
                }
                #expect((try? await held.value.status) != 201)  // it has no answer, or an error
                try await system.waitUntilReady(daemon.name)
                try await system.waitUntilHealthy()
            }
        }

        /// Sends a request that cannot be answered before `body` is done.
        private func hold(
            _ system: TestSystem,
            _ body: () async throws -> Void
        ) async throws -> Task<HTTPReply, any Error> {
            let administrator = try await system.signIn(system.platformAdmin)
            let code = "D" + UUID().uuidString.prefix(8)
            return try await system.withDatabase(of: "academic") { database in
                try await database.transaction(scope: .platform) { transaction in
                    try await transaction.execute("LOCK TABLE universities IN EXCLUSIVE MODE")
                    let held = Task {
                        try await administrator.send(
                            "POST",
                            "/universities",
                            [
                                "name": .string("University \(code)"), "code": .string(code), "city": "Macau",
                                "country": "Macau", "timeZone": "Asia/Macau",
                            ]
                        )
                    }
                    try await untilOthersWait(for: transaction)
                    try await body()
                    return held
                }
            }
        }
    }
}
