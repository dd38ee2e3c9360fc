import Contracts
import HTTPTypes

/// Refusals as responses of the document; operations that refuse alike refer to the same one.
struct OpenAPIRefusals {
    private(set) var responses = JSONObject()

    /// One response per status, with all codes that it may carry.
    mutating func references(of operation: OperationDescription) -> [(status: Int, reference: JSONValue)] {
        references(
            to: operation.errors + Self.common(to: operation),
            with: OpenAPIHeader.always(on: operation),
            suffix: (operation.isAPI ? "" : ".BARE") + (operation.deprecation == nil ? "" : ".\(operation.name)")
        )
    }

    /// The same for what the gateway answers by itself, asking nobody who it is.
    mutating func references(of route: PlatformRoute.Documented) -> [(status: Int, reference: JSONValue)] {
        let errors: [ErrorCode] = route.isAPI ? [.badRequest, .rateLimited] : [.badRequest]
        return references(
            to: errors.map(ErrorDescription.init),
            with: OpenAPIHeader.always(isAPI: route.isAPI),
            suffix: route.isAPI ? "" : ".BARE"
        )
    }

    /// Refusals with the same codes share a name, and `suffix` tells apart those that differ in `headers`.
    private mutating func references(
        to errors: [ErrorDescription],
        with headers: [OpenAPIHeader],
        suffix: String
    ) -> [(status: Int, reference: JSONValue)] {
        var messages: [Int: [(code: String, message: String)]] = [:]
        for error in errors where messages[error.status]?.contains(where: { $0.code == error.code }) != true {
            messages[error.status, default: []].append((error.code, error.message))
        }
        return messages.sorted { $0.key < $1.key }.map { status, errors in
            let key = (["\(status)"] + errors.map(\.code)).joined(separator: ".") + suffix
            responses[key] = Self.response(status, errors, headers + Self.headers(of: status))
            return (status, ["$ref": .string("#/components/responses/\(key)")])
        }
    }

    private static func response(
        _ status: Int,
        _ errors: [(code: String, message: String)],
        _ headers: [OpenAPIHeader]
    ) -> JSONValue {
        let codes: JSONValue = ["enum": .array(errors.map { .string($0.code) })]
        let message = errors.first?.message ?? ""
        let example: JSONValue = [
            "success": false,
            "error": ["code": .string(errors.first?.code ?? ""), "message": .string(message)],
            "statusCode": .integer(status), "requestId": "3f1c9a7e5b2d4c60",
        ]
        return [
            "description": .string(errors.map { "`\($0.code)`: \($0.message)" }.joined(separator: "\n\n")),
            "headers": OpenAPIHeader.references(headers),
            "content": [
                "application/json": [
                    "schema": [
                        "allOf": [
                            ["$ref": "#/components/schemas/Error"],
                            [
                                "properties": [
                                    "statusCode": ["const": .integer(status)],
                                    "error": ["properties": ["code": codes]],
                                ]
                            ],
                        ]
                    ],
                    "example": example,
                ],
                "application/problem+json": [
                    "schema": [
                        "allOf": [
                            ["$ref": "#/components/schemas/Problem"],
                            ["properties": ["status": ["const": .integer(status)], "code": codes]],
                        ]
                    ]
                ],
            ],
        ]
    }

    private static func headers(of status: Int) -> [OpenAPIHeader] {
        switch status {
        case 401: [.authenticate]
        case 429, 503: [.retryAfter]
        default: []
        }
    }

    /// What every operation of its kind may answer beside what its contract names.
    private static func common(to operation: OperationDescription) -> [ErrorDescription] {
        // A token that is sent must be valid, also where none is needed.
        var errors: [ErrorCode] = [
            .badRequest, .validation, .unauthorized, .rateLimited, .internalError, .serviceUnavailable,
            .deadlineExceeded,
        ]
        if operation.parameters.contains(where: { $0.location == .path }) { errors.append(.notFound) }
        if operation.method != "GET" {
            // Even without fields: an unexpected body or condition is still checked.
            errors += [
                .originNotAllowed, .forbidden, .malformedJSON, .conflict, .preconditionFailed, .payloadTooLarge,
                .unsupportedMediaType,
            ]
        }
        if case .permission? = Access(operation.access) { errors.append(.forbidden) }
        if operation.takesIdempotencyKey {
            errors += [.idempotencyInProgress, .idempotencyKeyReused]
        }
        return errors.map(ErrorDescription.init)
    }

    static let error: JSONValue = [
        "type": "object",
        "required": ["success", "error", "statusCode", "requestId"],
        "properties": [
            "success": ["const": false],
            "error": [
                "type": "object",
                "required": ["code", "message"],
                "properties": [
                    "code": ["type": "string", "description": "For programs; never changes."],
                    "message": ["type": "string", "description": "For people."],
                    "details": ["type": "array", "items": detail],
                ],
            ],
            "statusCode": ["type": "integer"],
            "requestId": ["type": "string"],
        ],
    ]

    static let problem: JSONValue = [
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "detail", "instance", "code", "requestId"],
        "properties": [
            "type": ["type": "string", "format": "uri-reference"],
            "title": ["type": "string"],
            "status": ["type": "integer"],
            "detail": ["type": "string"],
            "instance": ["type": "string", "format": "uri-reference"],
            "code": ["type": "string"],
            "errors": ["type": "array", "items": detail],
            "requestId": ["type": "string"],
        ],
    ]

    private static let detail: JSONValue = [
        "type": "object",
        "required": ["field", "message"],
        "properties": [
            "field": ["type": "string", "description": "A path such as `settings.closesAt`."],
            "message": ["type": "string"], "code": ["type": "string"],
        ],
    ]
}
