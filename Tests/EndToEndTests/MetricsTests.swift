import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Figures")
    struct MetricsTests {
        @Test("promtool finds nothing to say about any daemon's metrics", arguments: Service.allCases)
        func promtool(service: Service) async throws {
            let system = try await TestSystem.shared()
            let president = try await system.signIn(system.president)
            _ = try await president.send("GET", "/societies/\(system.society)/registrations")
            let daemon = try #require(system.topology.replicas(of: service).first)
            try await withTemporaryFolder { folder in
                let text = try await system.metrics(of: daemon)
                try write(Array(text.utf8), to: folder + "/metrics")
                let check = "/usr/bin/promtool check metrics < '\(folder)/metrics'"
                let (status, output) = try await ChildProcess.run(["/bin/sh", "-c", check])
                #expect(status == .exited(0) && output.isEmpty, "\(output)")
                #expect(text.contains("rovierr_build_info{version="))
                #expect(text.contains("process_resident_memory_bytes "))
                if service != .gateway {
                    #expect(text.contains("rovierr_outbox_lag_seconds "))
                    #expect(text.contains("rovierr_postgres_connections "))
                }
            }
        }

        @Test("A request is counted by its status and timed, at the gateway and at the service")
        func requestFigures() async throws {
            let system = try await TestSystem.shared()
            func figure(_ name: String, of service: Service) async throws -> Double {
                let daemon = try #require(system.topology.replicas(of: service).first)
                let line = try await system.metrics(of: daemon).split(separator: "\n").first {
                    $0.hasPrefix(name + " ")
                }
                return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
            }
            let label = #"{operation="academic.universities.get""#
            let names: [(String, Service)] = [
                ("rovierr_gateway_requests_total\(label),status=\"4xx\"}", .gateway),
                ("rovierr_gateway_request_duration_seconds_count\(label)}", .gateway),
                ("rovierr_requests_total\(label),status=\"4xx\"}", .academic),
                ("rovierr_request_duration_seconds_count\(label)}", .academic),
            ]
            var before: [Double] = []
            for (name, service) in names { before.append(try await figure(name, of: service)) }
            let president = try await system.signIn(system.president)
            let reply = try await president.send("GET", "/universities/\(UUID().uuidString.lowercased())")
            #expect(reply.status == 404)
            for (index, (name, service)) in names.enumerated() {
                #expect(try await figure(name, of: service) == before[index] + 1, "\(name)")
            }
        }

        @Test("The gateway logs each request as one line, with where its time went")
        func accessLog() async throws {
            let system = try await TestSystem.shared()
            let student = try await system.signIn(system.student)
            let id = "log-\(UUID().uuidString)"
            let reply = try await student.send("GET", "/users/me", headers: [("X-Request-Id", id)])
            #expect(reply.status == 200)
            let line = try await until { () -> JSONValue? in
                try (readText(system.home.logFile(of: "gateway")) ?? "").split(separator: "\n")
                    .first { $0.contains(id) }.map { try JSONParser.parse(Array($0.utf8)) }
            }
            let metadata = try #require(line["metadata"])
            #expect(line["requestId"] == .string(id) && line["traceId"]?.stringValue?.count == 32)
            #expect(metadata["operation"]?.stringValue?.hasPrefix("auth.") == true)
            #expect(metadata["route"] == "/api/v1/users/me" && metadata["status"] == .integer(200))
            #expect(metadata["user"]?.stringValue?.isEmpty == false && (metadata["bytes"]?.intValue ?? 0) > 0)
            let hops = try ["gateway", "mesh", "handler"].map { try #require(metadata["hops"]?[$0]?.intValue) }
            #expect(hops.allSatisfy { $0 >= 0 } && hops[2] > 0)
            #expect(hops.reduce(0, +) == metadata["microseconds"]?.intValue)
        }
    }
}
