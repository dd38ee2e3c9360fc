import Contracts
import Foundation
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("The log of requests", .timeLimit(.minutes(10)))
    struct AccessLogTests {
        /// The line about a request, as soon as it is there.
        private static func line(_ id: String, in log: String) async throws -> JSONValue {
            let line = try await until { () -> JSONValue? in
                try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
                    .map { try JSONParser.parse(Array($0.utf8)) }
                    .first { $0["requestId"]?.stringValue == id }
            }
            return try #require(line["metadata"])
        }

        private static func withLog(
            eventLoops: Int = 2,
            _ body: @Sendable (TestGateway, GatewayProcess, _ log: String) async throws -> Void
        ) async throws {
            try await withTemporaryFolder { folder in
                try await withGateway { services in
                    let log = "\(folder)/log"
                    let gateway = try await GatewayProcess(
                        before: services,
                        environment: ["ACCESS_LOG": "true", "EVENT_LOOPS": String(eventLoops)],
                        log: log
                    )
                    try await body(services, gateway, log)
                }
            }
        }

        @Test("A request whose client left has its line, with the time that its work took")
        func left() async throws {
            try await Self.withLog { services, gateway, log in
                let headers = [bearer(try await services.token()), ("X-Request-Id", "left")]
                try await services.connect(to: gateway.port) { connection in
                    try await connection.send(TestGateway.text("POST /api/v1/things?hold=1", headers, body: "{}"))
                    try await until { services.lab.requests(of: CreateThing.self).isEmpty ? nil : () }
                }
                try await until { try gateway.connections() == 0 ? () : nil }
                services.gate.open()
                let metadata = try await Self.line("left", in: log)
                #expect(metadata["status"] == 499 && metadata["operation"] == "lab.things.create")
                #expect(metadata["user"]?.stringValue?.isEmpty == false)
                #expect(metadata["hops"]?["handler"]?.intValue ?? 0 > 0)
            }
        }

        @Test("An anonymous reply names nobody even if the client left before it arrived")
        func anonymousLeft() async throws {
            // A single event loop logs requests in the order in which they end.
            try await Self.withLog(eventLoops: 1) { services, gateway, log in
                let token = bearer(try await services.token())
                try await services.connect(to: gateway.port) { connection in
                    let line = "POST /api/v1/things?hold=1&anonymous=1"
                    try await connection.send(TestGateway.text(line, [token, ("X-Request-Id", "left")], body: "{}"))
                    try await until { services.lab.requests(of: CreateThing.self).isEmpty ? nil : () }
                }
                try await until { try gateway.connections() == 0 ? () : nil }
                services.gate.open()
                try await services.connect(to: gateway.port) { connection in
                    let headers = [token, ("X-Request-Id", "after")]
                    try await connection.send(TestGateway.text("POST /api/v1/things", headers, body: "{}"))
                    #expect(try await connection.response().status == 201)
                }
                _ = try await Self.line("after", in: log)
                #expect(try !String(contentsOfFile: log, encoding: .utf8).contains("\"left\""))
            }
        }

        @Test("The log of a failed call that may have had an anonymous effect names nobody; other lines do")
        func failedAnonymously() async throws {
            try await Self.withLog { services, gateway, log in
                let token = bearer(try await services.token())
                func send(_ line: String, _ id: String, status: Int) async throws {
                    try await services.connect(to: gateway.port) { connection in
                        let headers = [token, ("X-Request-Id", id)]
                        try await connection.send(TestGateway.text(line, headers, body: "{}"))
                        let response = try await connection.response()
                        #expect(response.status == status)
                        #expect((response.headers["x-anonymous"] == "1") == (id == "broken"))
                    }
                }
                try await send("POST /api/v1/things?fail=break", "broken", status: 500)
                try await send("POST /api/v1/things?fail=refuse", "refused", status: 409)
                try await send("PATCH /api/v1/things/\(FormID())?fail=break", "other", status: 500)
                for id in ["refused", "other"] {
                    #expect(try await Self.line(id, in: log)["user"]?.stringValue?.isEmpty == false)
                }
                #expect(try !String(contentsOfFile: log, encoding: .utf8).contains("\"broken\""))
            }
        }

        @Test("An export's line tells the time of all its parts, without what its client took over them")
        func parts() async throws {
            try await Self.withLog { services, gateway, log in
                try await services.connect(to: gateway.port) { slow in
                    let line = "GET /api/v1/things.csv?parts=40"
                    try await slow.send(TestGateway.text(line, [("X-Request-Id", "slow")]))
                    #expect(try await slow.response().status == 200)
                    // Until no part has been asked for in half a second: there is room for no other.
                    var seen = (count: 0, since: ContinuousClock.now)
                    try await until {
                        let count = services.lab.requests(of: ExportThings.self).count
                        if count != seen.count { seen = (count, .now) }
                        return .now - seen.since > .milliseconds(500) ? () : nil
                    }
                    while try await !slow.chunk().isEmpty {}
                }
                let metadata = try await Self.line("slow", in: log)
                #expect(metadata["status"] == 200 && metadata["bytes"] == .integer(40 << 20))
                let hops = try ["gateway", "mesh", "handler"].map { try #require(metadata["hops"]?[$0]?.intValue) }
                let total = try #require(metadata["microseconds"]?.intValue)
                #expect(hops.reduce(0, +) < total - 400_000, "\(hops) of \(total)")
            }
        }
    }
}
