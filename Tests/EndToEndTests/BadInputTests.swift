import Contracts
import Foundation
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Bad input")
    struct BadInputTests {
        /// A request that is wrong in one way, and how it is refused.
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            var method = "POST"
            var path = "/forms"
            var body: [UInt8] = Array(#"{"title": "A form"}"#.utf8)
            var headers = [("Content-Type", "application/json")]
            let status: Int
            let code: String
            var testDescription: String { name }
        }

        static let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        static let id = "01890a5d-ac96-774b-bcce-b302099a8057"
        static let malformed = [
            Case(name: "cut off", body: Array(#"{"title": "#.utf8), status: 400, code: "MALFORMED_JSON"),
            Case(name: "empty", body: [], status: 400, code: "VALIDATION_ERROR"),
            Case(name: "trailing comma", body: Array(#"{"title": "A",}"#.utf8), status: 400, code: "MALFORMED_JSON"),
            Case(name: "two values", body: Array(#"{"title": "A"} {}"#.utf8), status: 400, code: "MALFORMED_JSON"),
            Case(
                name: "duplicate keys",
                body: Array(#"{"title": "A", "title": "B"}"#.utf8),
                status: 400,
                code: "MALFORMED_JSON"
            ),
            Case(
                name: "invalid UTF-8",
                body: Array(#"{"title": ""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8),
                status: 400,
                code: "MALFORMED_JSON"
            ),
            Case(
                name: "lone surrogate",
                body: Array(#"{"title": "\ud800"}"#.utf8),
                status: 400,
                code: "MALFORMED_JSON"
            ),
            Case(name: "NUL", body: Array(#"{"title": "a\u0000b"}"#.utf8), status: 400, code: "VALIDATION_ERROR"),
            Case(name: "deep nesting", body: Array("{\"title\": \(deep)}".utf8), status: 400, code: "MALFORMED_JSON"),
            Case(name: "an array", body: Array("[]".utf8), status: 400, code: "VALIDATION_ERROR"),
            Case(name: "a number", body: Array("12".utf8), status: 400, code: "VALIDATION_ERROR"),
            Case(name: "not a number", body: Array(#"{"title": NaN}"#.utf8), status: 400, code: "MALFORMED_JSON"),
        ]
        static let wrongRequests =
            [
                Case(
                    name: "plain text",
                    headers: [("Content-Type", "text/plain")],
                    status: 415,
                    code: "UNSUPPORTED_MEDIA_TYPE"
                ),
                Case(name: "no content type", headers: [], status: 415, code: "UNSUPPORTED_MEDIA_TYPE"),
                Case(name: "unknown route", path: "/no-such-thing", status: 404, code: "NOT_FOUND"),
                Case(name: "trailing slash", path: "/forms/", status: 404, code: "NOT_FOUND"),
                Case(name: "wrong case", path: "/Forms", status: 404, code: "NOT_FOUND"),
                Case(name: "wrong method", method: "PUT", status: 405, code: "METHOD_NOT_ALLOWED"),
                Case(
                    name: "oversized",
                    body: Array("\"\(String(repeating: "a", count: 2 << 20))\"".utf8),
                    status: 413,
                    code: "PAYLOAD_TOO_LARGE"
                ),
                Case(
                    name: "foreign origin",
                    headers: [("Content-Type", "application/json"), ("Origin", "https://evil.example")],
                    status: 403,
                    code: "ORIGIN_NOT_ALLOWED"
                ),
                Case(
                    name: "bad idempotency key",
                    headers: [
                        ("Content-Type", "application/json"), ("Idempotency-Key", String(repeating: "k", count: 256)),
                    ],
                    status: 400,
                    code: "VALIDATION_ERROR"
                ),
                Case(
                    name: "no UUID",
                    method: "GET",
                    path: "/forms/17",
                    body: [],
                    headers: [],
                    status: 400,
                    code: "VALIDATION_ERROR"
                ),
                Case(
                    name: "no UTF-8 in the query",
                    method: "GET",
                    path: "/forms?q=%ff",
                    body: [],
                    headers: [],
                    status: 400,
                    code: "BAD_REQUEST"
                ),
                Case(
                    name: "nothing there",
                    method: "GET",
                    path: "/forms/\(id)",
                    body: [],
                    headers: [],
                    status: 404,
                    code: "NOT_FOUND"
                ),
            ]
            + [
                "limit=0", "limit=101", "limit=x", "page=0", "page=-1", "cursor=x", "sort=nonsense", "limit=1&limit=2",
            ].map {
                Case(
                    name: $0,
                    method: "GET",
                    path: "/forms?\($0)",
                    body: [],
                    headers: [],
                    status: 400,
                    code: "VALIDATION_ERROR"
                )
            }

        @Test("Every kind of bad request is refused as it should be", arguments: malformed + wrongRequests)
        func refused(_ input: Case) async throws {
            let system = try await TestSystem.shared()
            let president = try await system.signIn(system.president)
            let token = try #require(president.accessToken)
            let reply = try await system.http.send(
                input.method,
                "/api/v1" + input.path,
                headers: input.headers + [("Authorization", "Bearer \(token)")],
                body: input.method == "GET" ? nil : input.body
            )
            #expect(reply.status == input.status)
            #expect(reply.errorCode == input.code)
            #expect(reply.json["success"] == false)
            #expect(reply.json["statusCode"] == .integer(input.status))
            #expect(reply.json["requestId"]?.stringValue == reply.header("x-request-id"))
            if input.status == 405 { #expect(reply.header("allow")?.contains("POST") == true) }
        }

        @Test(
            "A token that is missing or wrong is 401 and says so",
            arguments: [nil, "nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."]
        )
        func unauthorized(token: String?) async throws {
            let system = try await TestSystem.shared()
            let reply = try await APIClient(port: system.port, accessToken: token).send("GET", "/users/me")
            #expect(reply.status == 401)
            #expect(reply.errorCode == "UNAUTHORIZED")
            let challenge = try #require(reply.header("www-authenticate"))
            #expect(challenge.hasPrefix("Bearer"))
            #expect(challenge.contains("invalid_token") == (token != nil))
        }

        @Test("Every rule of every field of every operation is a 400 that names the field")
        func fieldRules() async throws {
            let system = try await TestSystem.shared()
            let administrator = try await system.signIn(system.platformAdmin)
            let document = try await administrator.expectOpenAPI()
            var count = 0
            for operation in document.operations {
                for violation in operation.violations(in: document) {
                    count += 1
                    let reply = try await administrator.send(operation.method, operation.path, violation.body)
                    let fields =
                        reply.json["error"]?["details"]?.arrayValue?.compactMap { $0["field"]?.stringValue } ?? []
                    let what =
                        "\(operation.method) \(operation.path) \(violation.field) \(violation.rule): \(reply.refusal)"
                    #expect(reply.status == 400, "\(what)")
                    #expect(fields.contains(violation.field), "\(what)")
                }
            }
            #expect(count > 200, "the document should describe more rules than \(count)")
        }
    }
}

extension APIClient {
    fileprivate func expectOpenAPI() async throws -> OpenAPI {
        OpenAPI(json: try await send("GET", "/openapi.json").json)
    }
}
