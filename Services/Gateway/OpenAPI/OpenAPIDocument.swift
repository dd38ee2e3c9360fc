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
                // What only services send each other is not for the public.
                "schemas": .object(
                    SchemaComponents.referred(
                        by: [.object(writer.paths), .object(writer.refusals.responses)],
                        of: schemas
                    )
                ),
                "parameters": .object(JSONObject(OpenAPIParameter.allCases.map { ($0.rawValue, $0.json) })),
                "headers": .object(JSONObject(OpenAPIHeader.allCases.map { ($0.rawValue, $0.json) })),
                "responses": .object(writer.refusals.responses),
                "securitySchemes": securitySchemes,
            ],
        ]
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
