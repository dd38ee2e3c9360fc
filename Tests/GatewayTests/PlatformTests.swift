import Contracts
import Logging
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("What the gateway answers by itself", .timeLimit(.minutes(10)))
    struct PlatformTests {
        @Test("Health tells of every service, and degrades when one is away")
        func health() async throws {
            try await withGateway { gateway in
                for path in ["/health", "/api/health"] {
                    let response = try await gateway.request("GET \(path)")
                    #expect(response.status == 200 && response.json["status"] == "healthy", "\(response.text)")
                    #expect(response.json["services"]?["lab"]?["replicas"] == 1)
                    #expect(response.json["services"]?["auth"]?["latencyMs"]?.doubleValue ?? -1 >= 0)
                    #expect((response.headers["ratelimit-limit"] != nil) == path.hasPrefix("/api"))
                }
                #expect(try await gateway.request("GET /health/live").status == 200)
                #expect(try await gateway.request("GET /health/ready").status == 200)
                await gateway.lab.stop()
                try await until {
                    let response = try await gateway.request("GET /health")
                    return response.status == 200 && response.json["status"] == "degraded" ? () : nil
                }
                #expect(try await gateway.request("GET /health/ready").status == 200)
                await gateway.auth.stop()
                try await until { try await gateway.request("GET /health").status == 503 ? () : nil }
            }
        }

        @Test("No token that is worth nothing keeps anybody from the description and from health")
        func tokens() async throws {
            try await withGateway { gateway in
                let tokens = [("Authorization", "Bearer no"), ("X-API-Key", "no"), ("Cookie", "access_token=no")]
                func expectAnswers() async throws {
                    for token in tokens {
                        #expect(try await gateway.request("GET /api/v1/openapi.json", [token]).status == 200)
                        let health = try await gateway.request("GET /api/health", [token])
                        #expect(health.json["services"] != nil && health.json["error"] == nil)
                    }
                }
                try await expectAnswers()
                await gateway.auth.stop()
                try await expectAnswers()
            }
        }

        @Test("The key set is auth's, bare")
        func keySet() async throws {
            try await withGateway { gateway in
                let response = try await gateway.request("GET /.well-known/jwks.json")
                #expect(response.status == 200 && response.json["keys"]?.arrayValue?.first?["kty"] == "OKP")
            }
        }

        @Test("The OpenAPI document holds every route, with parameters, bodies and errors")
        func openAPI() async throws {
            try await withGateway { gateway in
                let document = try await gateway.request("GET /api/v1/openapi.json").json
                #expect(document["openapi"] == "3.1.0")
                let create = document["paths"]?["/api/v1/things"]?["post"]
                #expect(create?["operationId"] == "createThing")
                let body = create?["requestBody"]?["content"]?["application/json"]?["schema"]
                #expect(body == .reference(to: "CreateThing"))
                #expect(document.target(of: body)?["required"] == ["name"])
                #expect(create?["responses"]?.objectValue?.names == ["201", "409", "4XX", "5XX"])
                for (status, codes) in [
                    ("409", ["CONFLICT"]), ("4XX", ["VALIDATION_ERROR", "UNAUTHORIZED", "RATE_LIMITED"]),
                    ("5XX", ["INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "DEADLINE_EXCEEDED"]),
                ] {
                    let text = document.target(of: create?["responses"]?[status])?["description"]?.stringValue ?? ""
                    #expect(codes.allSatisfy { text.contains("`\($0)`: ") }, "\(status): \(text)")
                }
                let conflict = document.target(of: create?["responses"]?["409"])?["content"]
                let problem = document.target(of: conflict?["application/problem+json"]?["schema"])?["allOf"]
                let code = document.target(of: problem?.arrayValue?.last)?["properties"]?["code"]
                #expect(code?["enum"]?.arrayValue?.contains("CONFLICT") == true)
                let health = document["paths"]?["/api/health"]?["get"]?["responses"]?["4XX"]
                let text = document.target(of: health)?["description"]?.stringValue ?? ""
                #expect(text.contains("`RATE_LIMITED`: ") && !text.contains("`UNAUTHORIZED`: "))
                #expect(create?["responses"]?["201"]?["content"]?["application/json"]?["schema"] != nil)
                let get = document["paths"]?["/api/v1/things/{id}"]?["get"]
                #expect(document.target(of: get?["parameters"]?.arrayValue?.first)?["in"] == "path")
                #expect(get?["responses"]?["404"]?["$ref"] == "#/components/responses/NotFound")
                #expect(
                    get?["security"]?.arrayValue?.contains([:]) == true
                        && create?["security"]?.arrayValue?.contains([:]) == false
                )
                #expect(document["components"]?["schemas"]?["Error"] != nil)
                let schemes = document["components"]?["securitySchemes"]
                #expect(schemes?["bearer"] != nil && schemes?["apiKey"]?["name"] == "X-API-Key")
                #expect(get?["security"] == [[:], ["bearer": []], ["apiKey": []], ["cookie": []]])
                #expect(create?["security"] == [["bearer": []], ["apiKey": []], ["cookie": [], "csrf": []]])
                let patch = document["paths"]?["/api/v1/things/{id}"]?["patch"]
                #expect(patch?["security"] == [["bearer": []], ["cookie": [], "csrf": []]])
                let purge = document["paths"]?["/api/v1/things"]?["delete"]
                #expect(purge?["x-contract"] == ["name": "lab.things.purge", "version": 1, "access": "things:purge"])
                #expect(create?["x-contract"]?["errors"] == ["409": ["CONFLICT"]])
                #expect(
                    purge?["security"] == [["bearer": []], ["apiKey": ["things:purge"]], ["cookie": [], "csrf": []]]
                )
                let favourite = document["paths"]?["/api/v1/things/favourite"]?["get"]
                #expect(favourite?["security"] == [["bearer": []], ["apiKey": ["things:read"]], ["cookie": []]])
                let description = favourite?["description"]?.stringValue ?? ""
                #expect(description.contains("An API key needs the scope `things:read`."))
                #expect(get?["description"] == nil)
                let keySet = document["paths"]?["/.well-known/jwks.json"]?["get"]
                #expect(keySet?["security"] == [[:], ["bearer": []], ["cookie": []]])
                let again = document["paths"]?["/api/v1/things/again"]?["post"]
                #expect(again?["operationId"] == "renewThing2")
                #expect(again?["x-contract"]?["aliasOf"] == "/api/v1/things/renew")
            }
        }

        @Test("What occurs twice is a component with the name of its type")
        func components() throws {
            let api = ServiceAPI("lab", operations: labOperations)
            let described = ServiceDescription(of: api, version: "1")
            let service = try ServiceDescription(jsonBytes: described.jsonBytes)
            let document = OpenAPIDocument.document(of: [service])
            let again = OpenAPIDocument.document(of: [service])
            #expect(again.bytes == document.bytes)
            let components = document["components"]
            #expect(components?["parameters"]?["id"]?["schema"] == ["$ref": "#/components/schemas/UUID"])
            #expect(components?["schemas"]?["UUID"]?["format"] == "uuid")
            let thing = components?["schemas"]?["Thing"]
            #expect(thing?["required"] == ["id", "name"])
            #expect(thing?["properties"]?["name"] == ["$ref": "#/components/schemas/Title1To200"])
            let patch = document["paths"]?["/api/v1/things/{id}"]?["patch"]?["requestBody"]
            #expect(patch?["required"] == true)
            for type in ["application/json", "application/merge-patch+json"] {
                #expect(patch?["content"]?[type]?["schema"] == .reference(to: "PatchThing"))
            }
            let name = components?["schemas"]?["PatchThing"]?["properties"]?["name"]
            #expect(name == ["anyOf": [["$ref": "#/components/schemas/Title1To200"], ["type": "null"]]])
            let found = document["paths"]?["/api/v1/things/favourite"]?["get"]?["responses"]?["200"]
            #expect(found == document["paths"]?["/api/v1/things/{id}"]?["get"]?["responses"]?["200"])
            #expect(found?["$ref"] == "#/components/responses/ThingReply")
        }

        /// Describes a service with one operation and some named schemas.
        ///
        /// - Parameters:
        ///   - service: The service's name.
        ///   - members: Members of the operation that differ from those of a plain list.
        ///   - schemas: The named schemas.
        /// - Returns: The description.
        /// - Throws: `ValidationError` if the members are not those of an operation.
        private static func description(
            of service: String,
            with members: JSONObject,
            schemas: JSONObject
        ) throws -> ServiceDescription {
            var operation = JSONObject([
                ("name", .string("\(service).things.list")), ("version", 1), ("method", "GET"),
                ("paths", [.string("/api/v1/\(service)")]), ("access", "user"), ("summary", "List things"),
                ("success", 200), ("errors", []), ("rate", "read"), ("timeoutMilliseconds", 10_000), ("bodyLimit", 1),
                ("isIdempotent", true), ("requestType", "application/json"), ("parameters", []),
                ("replyType", "application/json"),
            ])
            for (name, value) in members.members { operation[name] = value }
            return try ServiceDescription.read(
                accepted: [
                    "service": .string(service), "version": "1", "operations": [.object(operation)],
                    "schemas": .object(schemas),
                ]
            )
        }

        @Test("The type of a body has the name of its operation, whatever other schemas it equals")
        func bodies() throws {
            let body: JSONValue = ["type": "object", "required": ["name"], "properties": ["name": ["type": "string"]]]
            let services = try ["a", "b"].map { service in
                try Self.description(
                    of: service,
                    with: JSONObject([
                        ("id", .string("create\(service.withCapital)")), ("method", "POST"), ("requestBody", body),
                        ("replyBody", .reference(to: "\(service).Thing")),
                    ]),
                    schemas: JSONObject([("\(service).Thing", body)])
                )
            }
            let document = OpenAPIDocument.document(of: services)
            for (path, name) in [("/api/v1/a", "CreateA"), ("/api/v1/b", "CreateB")] {
                let content = document["paths"]?[path]?["post"]?["requestBody"]?["content"]?["application/json"]
                #expect(content?["schema"] == .reference(to: name))
                #expect(document["components"]?["schemas"]?[name] == body)
            }
        }

        @Test("The schema of a type in requests ends with Input, unless another type has that name")
        func inputs() throws {
            let schemas: [(String, JSONValue)] = [
                ("a.Thing", ["type": "string"]), ("a.Thing-request", ["type": "integer"]),
                ("a.ThingInput", ["type": "boolean"]), ("a.Part", ["type": "null"]),
                ("a.Part-request", ["type": "array"]),
            ]
            let all = JSONValue.array(schemas.map { .reference(to: $0.0) })
            let service = try Self.description(
                of: "a",
                with: JSONObject([("replyBody", ["allOf": all])]),
                schemas: JSONObject(schemas)
            )
            let named = OpenAPIDocument.document(of: [service])["components"]?["schemas"]
            #expect(named?["Thing"]?["type"] == "string" && named?["ThingInput"]?["type"] == "boolean")
            #expect(named?["aThingInput"]?["type"] == "integer")
            #expect(named?["Part"]?["type"] == "null" && named?["PartInput"]?["type"] == "array")
        }

        @Test("A parameter is a component of its name only if all parameters of that name are alike")
        func parameters() throws {
            func parameter(_ name: String, _ type: JSONValue) -> JSONValue {
                let examples: JSONValue = ["an example that takes more room", "than a reference does"]
                let schema: JSONValue = ["type": type, "examples": examples]
                return ["name": .string(name), "location": "query", "isRequired": false, "schema": schema]
            }
            func description(of service: String, _ type: JSONValue) throws -> ServiceDescription {
                try Self.description(
                    of: service,
                    with: JSONObject([("parameters", [parameter("sort", type), parameter("size", "string")])]),
                    schemas: JSONObject()
                )
            }
            let document = try OpenAPIDocument.document(
                of: [description(of: "a", "string"), description(of: "b", "string"), description(of: "c", "integer")]
            )
            let names = document["components"]?["parameters"]?.objectValue?.names
            #expect(names == ["AThingsListSort", "size"])
        }

        @Test("Two services may give types and operations the same names")
        func alikeNames() throws {
            func description(of service: String, _ type: JSONValue) throws -> ServiceDescription {
                let one: JSONValue = ["$ref": .string("#/components/schemas/\(service).Thing"), "description": "One"]
                return try Self.description(
                    of: service,
                    with: JSONObject([("replyBody", ["oneOf": [one]])]),
                    schemas: JSONObject([("\(service).Thing", ["type": type])])
                )
            }
            let services = try [description(of: "a", "string"), description(of: "b", "integer")]
            let document = OpenAPIDocument.document(of: services)
            let names = document["components"]?["schemas"]?.objectValue?.names ?? []
            #expect(names.contains("aThing") && names.contains("bThing") && !names.contains("Thing"))
            let reply = document["paths"]?["/api/v1/a"]?["get"]?["responses"]?["200"]?["content"]?["application/json"]
            #expect(reply?["schema"] == ["oneOf": [["$ref": "#/components/schemas/aThing", "description": "One"]]])
            for document in [document, OpenAPIDocument.document(of: services.reversed())] {
                #expect(document["paths"]?["/api/v1/a"]?["get"]?["operationId"] == "aThingsList")
                #expect(document["paths"]?["/api/v1/b"]?["get"]?["operationId"] == "bThingsList")
            }
        }

        @Test(
            "What the gateway answers by itself is described with every header and status that it has",
            arguments: ["/api/health", "/api/v1/openapi.json", "/health/live", "/health/ready"]
        )
        func ownRoutes(path: String) async throws {
            try await withGateway(["RATE_ADDRESS_READ": "2/60"]) { gateway in
                let document = try await gateway.request("GET /api/v1/openapi.json").json
                let described = document["paths"]?[path]?["get"]?["responses"]
                let wrong = [("X-API-Key", "one"), ("X-API-Key", "two")]
                for (headers, status) in [([], 200), (wrong, 400), ([], path.hasPrefix("/api") ? 429 : 200)] {
                    let response = try await gateway.request("GET \(path)", headers)
                    #expect(response.status == status, "\(response.text)")
                    let entry = document.target(of: described?["\(status)"] ?? described?["\(status / 100)XX"])
                    let names = Set(entry?["headers"]?.objectValue?.names.map { $0.lowercased() } ?? [])
                    let known = Set(OpenAPIHeader.allCases.map { $0.rawValue.lowercased() })
                    let sent = Set(response.headers.keys).intersection(known)
                    // A refusal of another kind has more of them.
                    #expect(status < 400 ? sent == names : sent.isSubset(of: names), "\(path) \(status)")
                }
            }
        }

        @Test(
            "Documents of the gateway's own are tagged, and not sent again to whoever has them",
            arguments: ["/api/v1/openapi.json", "/docs", "/docs/reference.css", "/docs/reference.js"]
        )
        func tags(path: String) async throws {
            try await withGateway { gateway in
                let first = try await gateway.request("GET \(path)")
                let tag = try #require(first.headers["etag"])
                #expect(first.status == 200 && !first.body.isEmpty && tag.hasPrefix("\"") && tag.hasSuffix("\""))
                for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    for method in ["GET", "HEAD"] {
                        let again = try await gateway.request("\(method) \(path)", [("If-None-Match", known)])
                        #expect(again.status == 304 && again.body.isEmpty, "\(known)")
                        // A cache takes these over, a policy that is not there would become another one on the way.
                        for name in ["etag", "cache-control", "vary", "content-security-policy"] {
                            #expect(again.headers[name] == first.headers[name], "\(name)")
                        }
                    }
                }
                let other = try await gateway.request("GET \(path)", [("If-None-Match", "\"other\"")])
                #expect(other.status == 200 && other.body == first.body)
            }
        }

        @Test("Until every service was seen, an unknown API route is 503, not 404")
        func incomplete() async throws {
            let table = RouteTable(services: ["auth", "lab"], metrics: Metrics(), logger: .init(label: "test"))
            #expect(!table.snapshot.isComplete && table.missing == ["auth", "lab"])
            try table.update(
                "lab",
                with: ServiceDescription(of: ServiceAPI("lab", operations: labOperations), version: "1").jsonBytes
            )
            #expect(!table.snapshot.isComplete && table.missing == ["auth"])
            let auth = ServiceDescription(of: ServiceAPI("auth", operations: []), version: "1").jsonBytes
            try table.update("auth", with: auth)
            #expect(table.snapshot.isComplete)
            #expect(throws: (any Error).self) {
                try table.update("lab", with: auth)
            }
        }

        // **Feature: rovierr-platform-foundation, Property 10: Environment Variable Validation**
        @Test(
            "A malformed variable is named",
            arguments: [
                ("HTTP_BIND", "nowhere"), ("ALLOWED_ORIGINS", "null"), ("ALLOWED_ORIGINS", "https://a.example,*"),
                ("TRUSTED_PROXIES", "10.0.0.0/64"), ("EVENT_LOOPS", "65"), ("MAX_CONNECTIONS", "many"),
                ("ACCESS_LOG", "yes"),
                ("RATE_USER_READ", "100"), ("RATE_ADDRESS_AUTH", "0/60"), ("RATE_USER_UPLOAD", "1/0"),
            ]
        )
        func configuration(name: String, value: String) {
            let settings = Settings(environment: [name: value])
            _ = GatewayConfiguration(settings)
            #expect(settings.faults.count == 1 && settings.faults.first?.hasPrefix(name) == true, "\(settings.faults)")
        }
    }
}

extension JSONValue {
    /// Follows a reference within the document.
    fileprivate func target(of json: JSONValue?) -> JSONValue? { json.map(resolve) }
}
