import Contracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("How answers are put", .timeLimit(.minutes(10)))
    struct RepresentationTests {
        @Test("A client that prefers problem details gets them, from services and from the gateway alike")
        func problems() async throws {
            try await withGateway { gateway in
                let accept = [("Accept", "application/problem+json, application/json;q=0.5")]
                let own = try await gateway.request("GET /api/v1/no-such-thing?a=b", accept)
                #expect(own.status == 404 && own.headers["content-type"] == "application/problem+json")
                #expect(own.headers["vary"] == "Origin, Accept")
                #expect(own.json["type"] == "/docs#NOT_FOUND" && own.json["title"] == "Not Found")
                #expect(own.json["status"] == 404 && own.json["code"] == "NOT_FOUND")
                #expect(own.json["instance"] == "/api/v1/no-such-thing")
                #expect(own.json["requestId"]?.stringValue == own.headers["x-request-id"])
                let path = "/api/v1/things/01890a5d-ac96-774b-bcce-b302099a8057?fail=refuse"
                let refused = try await gateway.request("GET \(path)", accept)
                #expect(refused.status == 409 && refused.json["detail"] == "No." && refused.json["success"] == nil)
                #expect(refused.json["errors"] == [["field": "name", "message": "Taken.", "code": "duplicate"]])
                #expect(refused.headers["retry-after"] == "2")
                let plain = try await gateway.request("GET \(path)")
                #expect(
                    plain.headers["content-type"] == "application/json" && plain.json["error"]?["code"] == "CONFLICT"
                )
                #expect(plain.text.contains("\"success\":false"))
            }
        }

        @Test(
            "What Accept prefers",
            arguments: [
                ("application/problem+json", true), ("application/json", false), ("*/*", false), ("", false),
                ("application/*", false), ("application/problem+json, application/json", true),
                ("application/problem+json;q=0.4, application/json", false),
                ("application/problem+json;q=0.4, application/json;q=0.3", true),
                ("application/problem+json;q=0", false), ("text/html, application/problem+json, */*;q=0.1", true),
                ("APPLICATION/PROBLEM+JSON ; q=0.9,*/*;q=0.8", true), (";;,,q=,", false),
            ]
        )
        func preference(accept: String, isProblem: Bool) {
            #expect(MediaRange.prefers("application/problem+json", over: "application/json", in: accept) == isProblem)
        }

        @Test("An operation that is to go says since when, until when and what comes instead")
        func deprecation() async throws {
            try await withGateway { gateway in
                let old = try await gateway.request("GET /api/v1/things/count")
                #expect(old.status == 200 && old.headers["deprecation"] == "@1772323200")
                #expect(old.headers["sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT")
                #expect(old.text.contains("lab.things.count"))
                let refused = try await gateway.request(
                    "GET /api/v1/things/count",
                    [("Authorization", "Basic eDp5")]
                )
                #expect(refused.status == 401 && refused.headers["deprecation"] == "@1772323200")
                let other = try await gateway.request("GET /api/v1/things/01890a5d-ac96-774b-bcce-b302099a8057")
                #expect(other.headers["deprecation"] == nil && other.headers["sunset"] == nil)
                let document = try await gateway.request("GET /api/v1/openapi.json").json
                let entry = document["paths"]?["/api/v1/things/count"]?["get"]
                #expect(entry?["deprecated"] == true)
                #expect(entry?["x-contract"]?["deprecation"]?["sunset"] == "2027-01-01")
                #expect(entry?["responses"]?["200"]?["headers"]?["Sunset"] != nil)
                let refusal = document.resolve(entry?["responses"]?["4XX"] ?? .null)["headers"]
                #expect(refusal?["Deprecation"] != nil && refusal?["Sunset"] != nil && refusal?["Link"] != nil)
            }
        }
    }
}
