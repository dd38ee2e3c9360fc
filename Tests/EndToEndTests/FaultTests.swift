import Contracts
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Two replicas of everything, under load all the while.
    @Suite("Faults")
    struct FaultTests {
        @Test("Every replica is restarted in turn, and no request fails")
        func rollingRestart() async throws {
            let system = try await TestSystem.replicated()
            try await system.underLoad {
                for daemon in system.topology.daemons {
                    try await system.stop(daemon.name)
                    try await system.start(daemon.name)
                    try await system.waitUntilReady(daemon.name)
                    try await system.waitUntilHealthy()
                }
            }
        }

        @Test(
            "A replica of every service is killed and held still: nothing is lost or doubled, and nobody sees an error"
        )
        func faults() async throws {
            let system = try await TestSystem.replicated()
            try await system.underLoad {
                for service in Service.allCases {
                    let name = try #require(system.topology.replicas(of: service).last?.name)
                    try await system.crash(name)
                    try await system.waitUntilReady(name)
                    // Longer than heartbeats are waited for, and than most operations' deadlines.
                    try await system.pause(name, for: .seconds(7))
                    try await system.waitUntilHealthy()
                }
            }
        }

        @Test("A gateway that is held still gets a request or two, and the others pass it by")
        func pausedGateway() async throws {
            let system = try await TestSystem.replicated()
            let gateway = try #require(system.topology.replicas(of: .gateway).last?.name)
            let answered = Count()
            try await withThrowingTaskGroup(of: Int.self) { group in
                try await system.pause(gateway) {
                    for number in 1...40 {
                        group.addTask {
                            let status = try await system.http.send("GET", "/api/v1/universities").status
                            answered.value.wrappingAdd(1, ordering: .relaxed)
                            return status
                        }
                        // Each after the one before it, unless that one is stuck.
                        try await until { answered.value.load(ordering: .relaxed) >= number - 2 ? true : nil }
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
        }

        @Test("A gateway that is held still while it starts lets nobody in before it knows all routes")
        func gatewayPausedAtStart() async throws {
            let system = try await TestSystem.replicated()
            let gateway = try #require(system.topology.replicas(of: .gateway).last)
            let client = HTTPClient(port: try #require(gateway.httpPort))
            for _ in 1...3 {
                let earlier = try #require(system.pid(of: gateway.name))
                try await system.crash(gateway.name)
                let admin = HTTPClient(port: gateway.adminPort)
                try await until { () -> Bool? in
                    guard let pid = system.pid(of: gateway.name), pid != earlier else { return nil }
                    return try? await admin.send("GET", "/health/live").status == 200 ? true : nil
                }
                // They wait in the kernel's queue, and are the first things that the gateway finds.
                try await withThrowingTaskGroup(of: (path: String, status: Int).self) { group in
                    try await system.pause(gateway.name) {
                        for path in ["universities", "profile-field-mappings", "societies", "profile", "notifications"]
                        {
                            group.addTask { (path, try await client.send("GET", "/api/v1/\(path)").status) }
                        }
                        await wait(.seconds(4))
                    }
                    for try await answer in group { #expect(answer.status < 500, "\(answer.path)") }
                }
                try await system.waitUntilReady(gateway.name)
                try await system.waitUntilHealthy()
            }
        }

        private final class Count: Sendable {
            let value = Atomic<Int>(0)
        }
    }
}
