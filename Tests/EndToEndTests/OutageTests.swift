import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Outages")
    struct OutageTests {
        /// A call that a service answers by itself.
        private func call(of service: Service, _ system: TestSystem) -> (method: String, path: String, body: JSONValue?)
        {
            switch service {
            case .auth, .gateway: ("GET", "/users/me", nil)
            case .academic: ("GET", "/universities", nil)
            case .idParser: ("POST", "/student-ids/parse", ["text": "2024000123", "universityCode": "DEMO"])
            case .forms: ("GET", "/forms/\(system.form)", nil)
            case .societies: ("GET", "/societies/\(system.society)", nil)
            case .notifier: ("GET", "/notifications", nil)
            }
        }

        @Test(
            "A daemon that is down answers 503, the others go on, and it is back within 2 seconds of its return",
            arguments: Service.allCases
        )
        func outage(of service: Service) async throws {
            let system = try await TestSystem.shared()
            let student = try await system.signIn(system.student)
            func send(_ service: Service) async throws -> HTTPReply {
                let (method, path, body) = call(of: service, system)
                return try await student.send(method, path, body)
            }
            #expect(try await send(service).status == 200)
            try await system.stop(service.name)

            let start = ContinuousClock.now
            let refused = try await send(service)
            #expect(ContinuousClock.now - start < .seconds(10), "beyond the operation's deadline")
            #expect(refused.status == 503)
            #expect(refused.errorCode == "SERVICE_UNAVAILABLE")
            #expect(refused.header("retry-after").flatMap { Int($0) } ?? 0 >= 1)
            if service != .gateway {
                // A society's form is hidden while the society's standing is unknown.
                let dependents: [Service] = service == .societies ? [.forms] : []
                for other in Service.onMesh where other != service && !dependents.contains(other) {
                    #expect(try await send(other).status == 200, "\(other)")
                }
                let health = try await system.http.send("GET", "/api/health")
                #expect(health.json["services"]?[service.name]?["status"] != "healthy")
            }

            try await system.start(service.name)
            try await system.waitUntilReady(service.name)
            let ready = ContinuousClock.now
            try await until { try await send(service).status == 200 ? true : nil }
            #expect(ContinuousClock.now - ready < .seconds(2))
            try await system.waitUntilHealthy()
        }
    }
}
