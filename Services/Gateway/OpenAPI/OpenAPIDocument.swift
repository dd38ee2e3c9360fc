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
        var schemas = OpenAPIRefusals.schemas
        for service in services {
            for (name, schema) in service.schemas.sorted(by: { $0.key < $1.key }) { schemas[name] = schema.tree }
        }
        let operations = services.flatMap { service in
            service.operations.filter(\.isPublic).map { (service: service.service, operation: $0) }
        }
        var writer = OpenAPIWriter(of: operations.map { $0.operation }, schemas: schemas)
        for (service, operation) in operations { writer.add(operation, of: service) }
        for route in PlatformRoute.documented { writer.add(route) }
        let shared = OpenAPISharing(
            paths: writer.paths,
            responses: writer.refusals.responses,
            schemas: writer.schemas
        )
        let tags = services.map { $0.service } + [PlatformRoute.tag]
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Rovierr", "version": .string(buildVersion), "description": .string(conventions),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(tags.map { ["name": .string($0)] }),
            "paths": .object(shared.paths),
            "components": [
                "schemas": .object(shared.schemas),
                "parameters": .object(shared.parameters),
                "headers": .object(JSONObject(OpenAPIHeader.allCases.map { ($0.rawValue, $0.json) })),
                "responses": .object(shared.responses),
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
        entry per wrong field. A client that prefers `application/problem+json` gets refusals as RFC 9457 has them. The \
        responses to `4XX` and `5XX` list what any request may be refused with; other refusals are an operation's own.

        Lists are read by `page` and `limit`, or walked by `cursor` with the `pagination.nextCursor` of the part before, \
        which stays right while rows are added. Any GET takes `fields=a,b`, which leaves only these members in `data`.

        A reply with an `ETag` can be asked about again with `If-None-Match`, and written only if nobody else did \
        meanwhile with `If-Match`. A POST with an `Idempotency-Key` runs once, however often it arrives within a day.

        A well-formed `X-Request-Id` or `traceparent` is taken over. A request that is not valid HTTP/1.1 is refused \
        with 400, 408, 414, 417, 431, 501 or 505, whatever the operation.

        Unless an operation says otherwise, a GET counts against the budget `read` and any other request against \
        `write`, a body has at most \(Contract.defaultBodyLimit) bytes, and an answer takes at most \
        \(Int(Contract.defaultTimeout / .milliseconds(1))) ms.

        Where the schema of a request admits `null` for a member, `null` is the same as leaving it out, except that it \
        removes a member of a PATCH. In a reply, `null` stands for a value that is not there.

        `x-contract` has what OpenAPI has no place for: the operation's `name` in logs, metrics and traces; the \
        `version`, which a breaking change raises; `access`, which is `everyone`, `user` or a permission; the codes of \
        its own `errors`, by status; the dates of its `deprecation`; and `aliasOf`, the path that this one is another \
        spelling of.
        """
}
