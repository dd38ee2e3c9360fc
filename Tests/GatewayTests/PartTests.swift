import Contracts
import Mesh
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Answers in parts", .timeLimit(.minutes(10)))
    struct PartTests {
        @Test("Parts reach the client as one body, and the connection goes on")
        func parts() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("GET /api/v1/things.csv?parts=5"))
                    let head = try await connection.response()
                    #expect(head.status == 200 && head.headers["content-type"] == CSVPart.contentType)
                    #expect(head.headers["content-length"] == nil && head.headers[CSVPart.nextHeader] == nil)
                    #expect(head.headers["x-request-id"] != nil && head.headers["ratelimit-limit"] != nil)
                    for letter in "abcde".utf8 {
                        #expect(try await connection.chunk() == [UInt8](repeating: letter, count: 1 << 20))
                    }
                    #expect(try await connection.chunk().isEmpty)
                    try await connection.send(TestGateway.text("HEAD /api/v1/things.csv?parts=5"))
                    #expect(try await connection.response(isHead: true).headers["transfer-encoding"] == "chunked")
                    try await connection.send(TestGateway.text("GET /api/v1/things.csv?parts=1"))
                    #expect(try await connection.response().body.count == 1 << 20)
                }
            }
        }

        @Test("An answer that breaks off is not mistaken for a whole one")
        func breaksOff() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("GET /api/v1/things.csv?parts=2&fail=late"))
                    #expect(try await connection.response().status == 200)
                    for _ in 0..<2 { #expect(try await connection.chunk().count == 1 << 20) }
                    #expect(try await connection.isClosed())
                    #expect(
                        gateway.has(#"rovierr_gateway_requests_total{operation="lab.things.export",status="5xx"} 1"#)
                    )
                }
            }
        }

        @Test("No more is fetched than a client takes")
        func backpressure() async throws {
            try await withGateway { gateway in
                try await gateway.connect { slow in
                    try await slow.send(TestGateway.text("GET /api/v1/things.csv?parts=60&who=slow"))
                    #expect(try await slow.response().status == 200)
                    // Long enough for whoever waits for nobody.
                    try await gateway.connect { quick in
                        try await quick.send(TestGateway.text("GET /api/v1/things.csv?parts=60&who=quick"))
                        _ = try await quick.response()
                        while try await !quick.chunk().isEmpty {}
                    }
                    let calls = gateway.lab.requests(of: ExportThings.self)
                    func count(_ who: String) -> Int { calls.count { $0.query.first(named: "who") == who } }
                    #expect(count("quick") == 60)
                    #expect(count("slow") < 30)
                }
            }
        }
    }
}
