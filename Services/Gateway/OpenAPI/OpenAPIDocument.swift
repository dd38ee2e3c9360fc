import Contracts
import HTTPTypes
import ServiceKit
import Synchronization

/// The OpenAPI 3.1 document of everything that the running services describe; made when it is asked for after a change.
final class OpenAPIDocument: Sendable {
    private let routes: RouteTable
    private let latest = Mutex<(generation: Int, response: Response)?>(nil)

    init(routes: RouteTable) { self.routes = routes }

    func response() -> Response {
        let snapshot = routes.snapshot
        return latest.withLock { latest in
            if let latest, latest.generation == snapshot.generation { return latest.response }
            let bytes = Self.document(of: snapshot.descriptions).bytes
            let response = Response(document: bytes, contentType: "application/json")
            latest = (snapshot.generation, response)
            return response
        }
    }

    static func document(of services: [ServiceDescription]) -> JSONValue {
        var schemas = JSONObject([("Error", OpenAPIRefusals.error), ("Problem", OpenAPIRefusals.problem)])
        for service in services {
            for (name, schema) in service.schemas.sorted(by: { $0.key < $1.key }) { schemas[name] = schema.tree }
        }
        var writer = OpenAPIWriter(schemas: schemas)
        for service in services {
            for operation in service.operations { writer.add(operation, of: service.service) }
        }
        for route in PlatformRoute.documented { writer.add(route) }
        let tags = services.map { $0.service } + [PlatformRoute.tag]
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Rovierr", "version": .string(buildVersion), "description": .string(conventions),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(writer.paths),
            "components": [
                "schemas": .object(
                    referred(by: [.object(writer.paths), .object(writer.refusals.responses)], of: schemas)
                ),
                "parameters": .object(JSONObject(OpenAPIParameter.allCases.map { ($0.rawValue, $0.json) })),
                "headers": .object(JSONObject(OpenAPIHeader.allCases.map { ($0.rawValue, $0.json) })),
                "responses": .object(writer.refusals.responses),
                "securitySchemes": securitySchemes,
            ],
        ]
    }

    /// The schemas that are referred to, also by each other; what only services send each other is not for the public.
    private static func referred(by parts: [JSONValue], of schemas: JSONObject) -> JSONObject {
        var found: Set<String> = []
        var open = parts
        while let part = open.popLast() {
            switch part {
            case .array(let elements): open += elements
            case .object(let object):
                if let reference = object["$ref"]?.stringValue, let schema = schemas[name(in: reference)],
                    found.insert(name(in: reference)).inserted
                {
                    open.append(schema)
                }
                open += object.members.map(\.value)
            case .null, .bool, .number, .string, .parameter: break
            }
        }
        return JSONObject(schemas.members.filter { found.contains($0.name) }.map { ($0.name, $0.value) })
    }

    private static func name(in reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? ""
    }

    private static let securitySchemes: JSONValue = [
        "bearer": [
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The access token of a login or a refresh; 15 minutes.",
        ],
        "apiKey": [
            "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "A key of `/api/v1/api-keys`: a program acts for the key's owner, within the key's scopes.",
        ],
        "cookie": [
            "type": "apiKey", "in": "cookie", "name": "access_token",
            "description": "Set by a login with `cookie`.",
        ],
        "csrf": [
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "With the cookie, unsafe methods repeat the readable cookie `csrf_token` here.",
        ],
    ]

    private static let conventions = """
        Every reply has an envelope: `success`, then `data`, or `error` with a `code` that never changes and one `details` \
        entry per wrong field. A client that prefers `application/problem+json` gets refusals as RFC 9457 has them.

        Lists are read by `page` and `limit`, or walked by `cursor` with the `pagination.nextCursor` of the part before, \
        which stays right while rows are added. Any GET takes `fields=a,b`, which leaves only these members in `data`.

        A reply with an `ETag` can be asked about again with `If-None-Match`, and written only if nobody else did \
        meanwhile with `If-Match`. A POST with an `Idempotency-Key` runs once, however often it arrives within a day.

        `X-Request-Id` and `traceparent` are taken over where they are well formed. What is no proper HTTP/1.1 is \
        refused with 400, 408, 414, 417, 431, 501 or 505, whatever the operation.
        """
}

extension RawJSON {
    /// Descriptions carry schemas as text; in the document they become part of a greater whole.
    var tree: JSONValue {
        (try? JSONParser.parse(bytes)) ?? [:]  // what a description was read from was valid JSON
    }
}
