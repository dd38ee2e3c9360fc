import Contracts
import Logging
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Services in another language", .timeLimit(.minutes(10)))
    struct PythonServiceTests {
        @Test("A service in Python is offered by configuration alone, answers in its own words, and calls ours")
        func service() async throws {
            try await withTemporaryFolder { folder in
                let address = "ipc://\(folder)/readability"
                let keyring = try MeshRoot([UInt8](repeating: 7, count: 32)).keyring(
                    of: "readability",
                    calling: ["lab"],
                    calledBy: ["gateway"],
                    hearing: [],
                    believing: ["gateway"]
                )
                let service = try PythonPeer(
                    "readability_service.py",
                    environment: [
                        "MESH_KEYS": keyring.text, "MESH_BIND": address,
                        "MESH_LAB": "ipc://\(folder)/lab",
                    ]
                )
                let environment = ["SERVICES": "auth,lab,notifier,readability", "MESH_READABILITY": address]
                try await TestGateway(folder: folder, environment: environment, limits: Edge.Limits()).run { gateway in
                    try await Self.checkAnswers(gateway)
                    try await Self.checkCallOfOurs(gateway)
                    try await Self.checkDescription(gateway)
                    try await Self.checkIntrospection(gateway)
                }
                #expect(service.terminate() == 0)
            }
        }

        private static let text = "{\"text\": \"Swift is quick. Python is brief.\"}"

        private static func checkAnswers(_ gateway: TestGateway) async throws {
            let line = "POST /api/v1/readability"
            let user = UserID()
            let token = bearer(try await gateway.token(user: user))
            let measured = try await gateway.request(line, [token], body: text)
            #expect(measured.status == 200 && measured.headers["ratelimit-limit"] != nil, "\(measured.text)")
            let expected: JSONValue = [
                "userId": .string("\(user)"), "words": 6, "sentences": 2, "wordsPerSentence": .number("3.0"),
            ]
            #expect(measured.json["success"] == true && measured.json["data"] == expected, "\(measured.text)")

            let refused = try await gateway.request(line, [token], body: "{\"text\": \"\"}")
            #expect(refused.status == 400 && refused.errorCode == "VALIDATION_ERROR")
            #expect(refused.json["success"] == false && refused.json["statusCode"] == 400)
            #expect(refused.json["requestId"]?.stringValue == refused.headers["x-request-id"])
            let detail = refused.json["error"]?["details"]?.arrayValue
            #expect(detail?.first?["field"] == "text" && detail?.first?["code"] == "too_short" && detail?.count == 1)
            #expect(try await gateway.request(line, [token], body: "{").errorCode == "MALFORMED_JSON")

            #expect(try await gateway.request(line, body: text).status == 401)
            #expect(try await gateway.request("GET /api/v1/readability", [token]).headers["allow"] == "POST")
            let large = "{\"text\": \"\(String(repeating: "a", count: 80_100))\"}"
            #expect(try await gateway.request(line, [token], body: large).status == 413)
            let plain = [token, ("Content-Type", "text/plain")]
            #expect(try await gateway.request(line, plain, body: text).status == 415)
        }

        private static func checkCallOfOurs(_ gateway: TestGateway) async throws {
            let user = UserID()
            let token = bearer(try await gateway.token(user: user))
            let line = "GET /api/v1/things/favourite/readability"
            let measured = try await gateway.request(line, [token])
            #expect(measured.status == 200 && measured.json["data"]?["userId"]?.stringValue == "\(user)")
            let call = try #require(gateway.lab.requests(of: FavouriteThing.self).last)
            #expect(call.caller == "readability" && call.principal?.userID == "\(user)")
            #expect(call.requestID == measured.headers["x-request-id"])
            #expect(measured.headers["traceresponse"]?.contains(call.trace.traceID) == true)
        }

        private static func checkDescription(_ gateway: TestGateway) async throws {
            let document = try await gateway.request("GET /api/v1/openapi.json").json
            let entry = document["paths"]?["/api/v1/readability"]?["post"]
            #expect(entry?["operationId"] == "measureTexts" && entry?["tags"] == ["readability"])
            #expect(entry?["x-contract"]?["name"] == "readability.texts.measure")
            #expect(entry?["security"]?.arrayValue?.contains([:]) == false)
            #expect(document["components"]?["schemas"]?["Measure"]?["type"] == "object")
            _ = try runPythonPeer("check_openapi.py", input: document.bytes)
        }

        private static func checkIntrospection(_ gateway: TestGateway) async throws {
            func ask(_ operation: String) async throws -> JSONValue {
                let request = MeshRequest(operation: operation, timeLeft: .seconds(10))
                return try JSONParser.parse(try await gateway.edge.mesh.call(request, to: "readability").body)
            }
            let information = try await ask("mesh.info")
            let instance = gateway.edge.mesh.endpoints(of: "readability").first?.instance
            #expect(information["service"] == "readability" && information["instance"]?.stringValue == instance)
            let figures = try await ask("mesh.stats")["operations"]?.arrayValue
            let measure = figures?.first { $0["name"] == "readability.texts.measure" }
            #expect(measure?["requests"] == 3 && measure?["failures"] == 0, "\(figures ?? [])")
        }

        /// One operation as somebody might describe it, with `changes`.
        private static func description(_ changes: [(String, JSONValue)]) -> [UInt8] {
            var operation = JSONObject([
                ("name", "odd.run"), ("version", 1), ("method", "POST"), ("paths", ["/api/v1/odd"]),
                ("access", "user"), ("summary", "Run"), ("success", 200), ("errors", []), ("rate", "write"),
                ("timeoutMilliseconds", 1_000), ("bodyLimit", 100), ("isIdempotent", false),
                ("requestType", "application/json"), ("parameters", []), ("replyType", "application/json"),
            ])
            for (name, value) in changes { operation[name] = value }
            let whole: JSONValue = [
                "service": "odd", "version": "1", "operations": [.object(operation)], "schemas": [:], "later": true,
            ]
            return whole.bytes
        }

        private static func endpoint(_ changes: [(String, JSONValue)], method: String = "POST") throws -> Endpoint? {
            let table = RouteTable(
                services: ["odd"],
                metrics: Metrics(),
                logger: Logger(label: "routes") { _ in SwiftLogNoOpLogHandler() }
            )
            try table.update("odd", with: description(changes))
            guard case .found(let endpoint, _) = table.snapshot.tree.match(method: method, ["api", "v1", "odd"]) else {
                return nil
            }
            return endpoint
        }

        @Test("What a description says beyond reason is bounded, and what it does not say in our words is no route")
        func oddDescriptions() throws {
            #expect(try Self.endpoint([])?.timeout == .seconds(1))
            let limit = JSONValue.integer(1 << 53 - 1)
            let huge = try Self.endpoint([("timeoutMilliseconds", limit), ("bodyLimit", limit)])
            #expect(huge?.timeout == .seconds(600) && huge?.bodyLimit == MeshLimits().maxBodyBytes)
            #expect(try Self.endpoint([("method", "post")], method: "post") == nil)
            #expect(try Self.endpoint([("access", "anyone who asks")]) == nil)
            #expect(try Self.endpoint([("access", "services")]) == nil)
            #expect(throws: UnreadableValue.self) { try Self.endpoint([("rate", "odd")]) }
        }
    }
}
