import Contracts
import HTTPTypes
import ServiceKit
import Synchronization

/// The OpenAPI 3.1 document of everything that the running services describe; made when it is asked for after a change.
final class OpenAPIDocument: Sendable {
    private let routes: RouteTable
    private let latest = Mutex<(generation: Int, bytes: [UInt8])?>(nil)

    init(routes: RouteTable) { self.routes = routes }

    func bytes() -> [UInt8] {
        let snapshot = routes.snapshot
        return latest.withLock { latest in
            if let latest, latest.generation == snapshot.generation { return latest.bytes }
            let bytes = Self.document(of: snapshot.descriptions).bytes
            latest = (snapshot.generation, bytes)
            return bytes
        }
    }

    static func document(of services: [ServiceDescription]) -> JSONValue {
        var paths = JSONObject()
        var schemas = JSONObject([("Error", errorSchema)])
        for service in services {
            for operation in service.operations { add(operation, of: service.service, to: &paths) }
            for (name, schema) in service.schemas.sorted(by: { $0.key < $1.key }) { schemas[name] = tree(schema) }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Rovierr", "version": .string(buildVersion),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(services.map { ["name": .string($0.service)] }),
            "paths": .object(paths),
            "components": ["schemas": .object(schemas), "securitySchemes": securitySchemes],
        ]
    }

    /// Descriptions carry schemas as text; here they become part of a greater whole.
    private static func tree(_ json: RawJSON) -> JSONValue {
        (try? JSONParser.parse(json.bytes)) ?? [:]  // what a description was read from was valid JSON
    }

    private static func add(_ operation: OperationDescription, of service: String, to paths: inout JSONObject) {
        guard let method = operation.method?.lowercased(), operation.access != Access.services.description else {
            return
        }
        for (index, path) in operation.paths.enumerated() {
            var item = paths[path]?.objectValue ?? JSONObject()
            guard item[method] == nil else { continue }
            item[method] = entry(operation, of: service, alias: index == 0 ? nil : index)
            paths[path] = .object(item)
        }
    }

    private static func entry(_ operation: OperationDescription, of service: String, alias: Int?) -> JSONValue {
        var entry = JSONObject([
            ("operationId", .string(operation.name + (alias.map { ".\($0 + 1)" } ?? ""))),
            ("summary", .string(operation.summary)),
            ("tags", [.string(service)]),
            ("security", security(operation.access)),
        ])
        if case .permission(let permission)? = Access(operation.access) {
            entry["description"] = .string("Needs the permission `\(permission)`.")
        }
        let parameters = operation.parameters.map(parameter)
        if !parameters.isEmpty { entry["parameters"] = .array(parameters) }
        if let body = operation.requestBody {
            entry["requestBody"] = ["required": true, "content": content(operation.requestType, tree(body))]
        }
        entry["responses"] = .object(responses(of: operation))
        return .object(entry)
    }

    private static func parameter(_ parameter: ParameterDescription) -> JSONValue {
        [
            "name": .string(parameter.name),
            "in": .string(parameter.location.rawValue),
            "required": .bool(parameter.isRequired || parameter.location == .path),
            "schema": tree(parameter.schema),
        ]
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object(JSONObject([(type, ["schema": schema])]))
    }

    private static func responses(of operation: OperationDescription) -> JSONObject {
        var responses = JSONObject()
        var success = JSONObject([("description", "Done.")])
        if let body = operation.replyBody { success["content"] = content(operation.replyType, tree(body)) }
        responses[String(operation.success)] = .object(success)
        var codes: [Int: [String]] = [:]
        for (status, code) in operation.errors.map({ ($0.status, $0.code) }) + commonErrors(of: operation)
        where codes[status]?.contains(code) != true {
            codes[status, default: []].append(code)
        }
        for (status, codes) in codes.sorted(by: { $0.key < $1.key }) {
            let schema: JSONValue = [
                "allOf": [
                    ["$ref": "#/components/schemas/Error"],
                    [
                        "properties": [
                            "statusCode": ["const": .integer(status)],
                            "error": ["properties": ["code": ["enum": .array(codes.map { .string($0) })]]],
                        ]
                    ],
                ]
            ]
            responses[String(status)] = [
                "description": .string(codes.map { "`\($0)`" }.joined(separator: ", ")),
                "content": content("application/json", schema),
            ]
        }
        return responses
    }

    /// What every operation of its kind may answer beside what its contract names.
    private static func commonErrors(of operation: OperationDescription) -> [(Int, String)] {
        var errors: [ErrorCode] = [.rateLimited, .internalError, .serviceUnavailable, .deadlineExceeded]
        if !operation.parameters.isEmpty || operation.requestBody != nil { errors += [.validation] }
        if operation.requestBody != nil { errors += [.malformedJSON, .payloadTooLarge, .unsupportedMediaType] }
        if operation.parameters.contains(where: { $0.location == .path }) { errors += [.notFound] }
        errors += [.unauthorized]  // a token that is sent must be valid, also where none is needed
        if operation.method != "GET" { errors += [.originNotAllowed] }
        if case .permission? = Access(operation.access) { errors += [.forbidden] }
        if operation.method == "POST" { errors += [.idempotencyInProgress, .idempotencyKeyReused] }
        return errors.map { ($0.status.code, $0.code) }
    }

    private static func security(_ access: String) -> JSONValue {
        let signedIn: [JSONValue] = [["bearer": []], ["cookie": []]]
        return .array(access == Access.everyone.description ? [[:]] + signedIn : signedIn)
    }

    private static let securitySchemes: JSONValue = [
        "bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
        "cookie": [
            "type": "apiKey", "in": "cookie", "name": "access_token",
            "description":
                "Set by a login with `cookie`. Unsafe methods repeat the cookie `csrf_token` in `X-CSRF-Token`.",
        ],
    ]

    private static let errorSchema: JSONValue = [
        "type": "object",
        "required": ["success", "error", "statusCode", "requestId"],
        "properties": [
            "success": ["const": false],
            "error": [
                "type": "object",
                "required": ["code", "message"],
                "properties": [
                    "code": ["type": "string"],
                    "message": ["type": "string"],
                    "details": [
                        "type": "array",
                        "items": [
                            "type": "object",
                            "required": ["field", "message"],
                            "properties": [
                                "field": ["type": "string"], "message": ["type": "string"], "code": ["type": "string"],
                            ],
                        ],
                    ],
                ],
            ],
            "statusCode": ["type": "integer"],
            "requestId": ["type": "string"],
        ],
    ]
}
