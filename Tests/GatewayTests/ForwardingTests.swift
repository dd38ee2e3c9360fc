import Contracts
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Requests reach services, and their answers come back", .timeLimit(.minutes(10)))
    struct ForwardingTests {
        @Test("A service gets path, query, body, identity, key and address, and nothing else of the headers")
        func forwards() async throws {
            try await withGateway { gateway in
                let user = UserID()
                let response = try await gateway.request(
                    "POST /api/v1/things?verbose=a%20b&tag=x+y",
                    [
                        bearer(try await gateway.token(user: user)), ("Idempotency-Key", "k 1"),
                        ("X-Request-Id", "my-id.1"),
                        ("User-Agent", "test"),
                        ("Cookie", "access_token=nonsense"), ("X-Client-Address", "6.6.6.6"),
                        ("X-Forwarded-For", "203.0.113.9"),
                    ],
                    body: "{\"name\":\"é\"}"
                )
                #expect(response.status == 201)
                #expect(response.headers["x-request-id"] == "my-id.1")
                #expect(response.headers["location"] == "/api/v1/things/1")
                #expect(response.headers["connection"] == nil)
                #expect(response.cookies == ["a=1", "b=2"])
                let seen = response.json
                #expect(seen["operation"] == "lab.things.create" && seen["caller"] == "gateway")
                #expect(seen["user"] == .string("\(user)") && seen["idempotencyKey"] == "k 1")
                #expect(seen["requestId"] == "my-id.1")
                #expect(seen["query"]?["verbose"] == "a b" && seen["query"]?["tag"] == "x y")
                #expect(seen["headers"]?["x-client-address"] == "203.0.113.9")
                #expect(seen["headers"]?["user-agent"] == "test" && seen["headers"]?["cookie"] == nil)
                #expect(seen["body"] == "{\"name\":\"é\"}")
            }
        }

        @Test("A call belongs to the client's trace, unless its answer may be anonymous")
        func traces() async throws {
            try await withGateway { gateway in
                let trace = "0af7651916cd43dd8448eb211c80319c"
                let headers = [
                    bearer(try await gateway.token()), ("Traceparent", "00-\(trace)-b7ad6b7169203331-01"),
                ]
                let found = try await gateway.request("GET /api/v1/things/\(FormID())", headers)
                #expect(found.json["traceId"] == .string(trace))
                let created = try await gateway.request("POST /api/v1/things", headers, body: "{\"name\":\"a\"}")
                #expect(created.status == 201)
                let call = try #require(gateway.lab.requests(of: CreateThing.self).last)
                #expect(call.trace.traceID != trace && !call.trace.isSampled)
                #expect(created.headers["traceresponse"]?.contains(trace) == true)
            }
        }

        @Test("A written-out segment goes before a field, HEAD is GET without a body, and an alias answers the same")
        func routes() async throws {
            try await withGateway { gateway in
                let id = FormID()
                let found = try await gateway.request("GET /api/v1/things/\(id)")
                #expect(found.json["path"]?["id"] == .string("\(id)"))
                let favourite = try await gateway.request(
                    "GET /api/v1/things/favourite",
                    [bearer(try await gateway.token())]
                )
                #expect(favourite.json["operation"] == "lab.things.favourite")
                let alias = try await gateway.request("POST /api/v1/things/again", body: "{}")
                #expect(alias.json["operation"] == "lab.things.renew")
                let head = try await gateway.request("HEAD /api/v1/things/\(id)")
                #expect(
                    head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(found.body.count)"
                )
                let absolute = try await gateway.request("GET http://localhost/api/v1/things/\(id)")
                #expect(absolute.status == 200)
            }
        }

        @Test("A client that leaves ends what it asked to read")
        func leaving() async throws {
            try await withGateway { gateway in
                func waits(for calls: Int) async throws {
                    try await until(.seconds(5)) {  // before the call's own deadline
                        gateway.metrics.text().contains("rovierr_gateway_calls_in_flight \(calls)\n") ? true : nil
                    }
                }
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("GET /api/v1/things/1/hold"))
                    try await waits(for: 1)
                }
                try await waits(for: 0)
                #expect(!gateway.gate.isOpen)
                try await until { gateway.hasLeft("lab.things.hold") ? () : nil }
                gateway.gate.open()
            }
        }

        @Test("What a client wanted changed that has left is changed, and noted")
        func leavingChanges() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("POST /api/v1/things?hold=1", [token], body: "{}"))
                    try await until { gateway.lab.requests(of: CreateThing.self).isEmpty ? nil : () }
                }
                try await until { gateway.has("rovierr_gateway_connections 0") ? () : nil }
                #expect(!gateway.hasLeft("lab.things.create"))
                gateway.gate.open()
                try await until { gateway.hasLeft("lab.things.create") ? () : nil }
            }
        }

        @Test("A request whose body never came is noted as well")
        func leavingEarly() async throws {
            try await withGateway { gateway in
                let headers = [bearer(try await gateway.token()), ("Content-Length", "9")]
                try await gateway.connect { connection in
                    try await connection.send(
                        TestGateway.text("PATCH /api/v1/things/1", headers + [("Content-Type", "application/json")])
                    )
                }
                try await until { gateway.hasLeft("lab.things.patch") ? () : nil }
            }
        }

        @Test("A refusal of a service leaves in the envelope")
        func refusals() async throws {
            try await withGateway { gateway in
                let response = try await gateway.request("GET /api/v1/things/1?fail=refuse")
                #expect(response.status == 409 && response.headers["retry-after"] == "2")
                let id = try #require(response.headers["x-request-id"])
                let expected: JSONValue = [
                    "success": false,
                    "error": [
                        "code": "CONFLICT", "message": "No.",
                        "details": [["field": "name", "message": "Taken.", "code": "duplicate"]],
                    ],
                    "statusCode": 409, "requestId": .string(id),
                ]
                #expect(response.json == expected)
            }
        }

        @Test("Who does not answer in time is 504, who is away 503, and the rest goes on")
        func outages() async throws {
            try await withGateway { gateway in
                let late = try await gateway.request("GET /api/v1/things/1/wait")
                #expect(late.status == 504 && late.errorCode == "DEADLINE_EXCEEDED")
                await gateway.lab.stop()
                let away = try await gateway.request("GET /api/v1/things/1")
                #expect(away.status == 503 && away.errorCode == "SERVICE_UNAVAILABLE")
                #expect(away.headers["retry-after"] == "1")
                #expect(try await gateway.request("GET /.well-known/jwks.json").status == 200)
            }
        }

        @Test("Requests sent ahead are answered one after another, in order")
        func pipelining() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    let requests = (0..<20).map { TestGateway.text("GET /api/v1/things/\($0)") }
                    try await connection.send(requests.joined())
                    for index in 0..<20 {
                        let response = try await connection.response()
                        #expect(response.json["path"]?["id"] == .string("\(index)"))
                    }
                }
            }
        }

        @Test("A body may come in pieces, chunked, and after being asked for")
        func bodies() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                try await gateway.connect { connection in
                    let head =
                        "POST /api/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json; charset=utf-8\r\n"
                        + "\(token.0): \(token.1)\r\n"
                    try await connection.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"n\r\n")
                    try await connection.send("5\r\name\":\r\n4\r\n\"x\"}\r\n0\r\n\r\n")
                    #expect(try await connection.response().json["body"] == "{\"name\":\"x\"}")
                    try await connection.send(head + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
                    #expect(try await connection.response().status == 100)
                    try await connection.send("{}")
                    #expect(try await connection.response().json["body"] == "{}")
                }
            }
        }

        @Test("Who speaks HTTP/1.0 is not asked for a body")
        func noInterimAnswer() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    let text = TestGateway.text("POST /api/v1/things/renew", [("Expect", "100-continue")], body: "{}")
                    try await connection.send(text.replacing("HTTP/1.1", with: "HTTP/1.0"))
                    #expect(try await connection.response().status == 200)
                }
            }
        }
    }
}

extension TestGateway {
    /// Whether the client of one call of an operation left before it was answered.
    fileprivate func hasLeft(_ operation: String) -> Bool {
        has("rovierr_gateway_requests_total{operation=\"\(operation)\",status=\"4xx\"} 1")
    }
}
