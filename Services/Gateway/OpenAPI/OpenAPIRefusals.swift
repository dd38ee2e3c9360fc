import Contracts
import NIOHTTP1

/// Refusals as responses of the document.
///
/// The responses to `4XX` and `5XX` have the codes that any request may be refused with; the gateway's own routes, which
/// refuse for fewer reasons, have their own. A status for which contracts name codes has a response of its own, which all
/// operations with the same headers share: it has every code of that status, and the reference of an operation with fewer
/// lists those that are its own.
struct OpenAPIRefusals {
    private(set) var responses = JSONObject()
    /// The refusals that the document knows, by status.
    private let errors: [Int: [ErrorDescription]]

    init(of operations: [OperationDescription]) {
        errors = Dictionary(grouping: operations.flatMap(Self.own) + Self.common, by: \.status)
            .mapValues(Self.distinct)
    }

    /// The responses to what an operation may be refused with, by status.
    mutating func references(of operation: OperationDescription) -> [(status: String, reference: JSONValue)] {
        let always = OpenAPIHeader.always(on: operation)
        var references: [(status: String, reference: JSONValue)] = []
        let own = Dictionary(grouping: Self.own(of: operation), by: \.status)
        for (status, errors) in own.sorted(by: { $0.key < $1.key }) {
            references.append(("\(status)", reference(to: status, for: errors, always)))
        }
        return references + self.references(to: Self.common, always, prefix: "")
    }

    /// The responses to what a route of the gateway's own may be refused with.
    mutating func references(of route: PlatformRoute.Documented) -> [(status: String, reference: JSONValue)] {
        let errors = Self.platform + (route.isAPI ? [ErrorDescription(.rateLimited)] : [])
        return references(to: errors, OpenAPIHeader.always(isAPI: route.isAPI), prefix: "Platform")
    }

    /// The responses to `4XX` and `5XX`.
    private mutating func references(
        to errors: [ErrorDescription],
        _ always: [OpenAPIHeader],
        prefix: String
    ) -> [(status: String, reference: JSONValue)] {
        let (refusals, failures) = (errors.filter { $0.status < 500 }, errors.filter { $0.status >= 500 })
        return [
            ("4XX", reference(to: prefix + "Refused", refusals, always)),
            ("5XX", reference(to: prefix + "Failed", failures, always)),
        ]
    }

    private mutating func reference(
        to status: Int,
        for own: [ErrorDescription],
        _ always: [OpenAPIHeader]
    ) -> JSONValue {
        let (own, all) = (Self.distinct(own), errors[status] ?? own)
        let shared = reference(to: HTTPResponseStatus(statusCode: status).componentName, all, always)
        guard own.count < all.count, case .object(var object) = shared else { return shared }
        object["description"] = .string(own.map { "`\($0.code)`" }.joined(separator: ", "))
        return .object(object)
    }

    private mutating func reference(
        to name: String,
        _ errors: [ErrorDescription],
        _ always: [OpenAPIHeader]
    ) -> JSONValue {
        let name = name + Self.suffix(of: always)
        if responses[name] == nil { responses[name] = Self.response(errors, always + Self.headers(of: errors)) }
        return .reference(to: name, in: "responses")
    }

    /// The end of a response's name, which tells the headers that every answer of the operation has.
    private static func suffix(of always: [OpenAPIHeader]) -> String {
        (always.contains(.limit) ? "" : "Bare") + (always.contains(.deprecation) ? "Deprecated" : "")
            + (always.contains(.sunset) ? "Ending" : "")
    }

    private static func response(_ errors: [ErrorDescription], _ headers: [OpenAPIHeader]) -> JSONValue {
        let codes: JSONValue = ["enum": .array(errors.map { .string($0.code) })]
        return [
            "description": .string(errors.map { "`\($0.code)`: \($0.message)" }.joined(separator: "\n\n")),
            "headers": OpenAPIHeader.references(headers),
            "content": [
                "application/json": [
                    "schema": [
                        "allOf": [
                            .reference(to: "Error"),
                            ["properties": ["error": ["properties": ["code": codes]]]],
                        ]
                    ]
                ],
                "application/problem+json": [
                    "schema": ["allOf": [.reference(to: "Problem"), ["properties": ["code": codes]]]]
                ],
            ],
        ]
    }

    /// The headers that only certain statuses have.
    private static func headers(of errors: [ErrorDescription]) -> [OpenAPIHeader] {
        let statuses = Set(errors.map(\.status))
        let retries: [OpenAPIHeader] = statuses.isDisjoint(with: [429, 503]) ? [] : [.retryAfter]
        return (statuses.contains(401) ? [.authenticate] : []) + retries
    }

    /// The refusals that the contract names, and that of a path that leads nowhere.
    private static func own(of operation: OperationDescription) -> [ErrorDescription] {
        let hasAddress = operation.parameters.contains { $0.location == .path }
        return operation.errors + (hasAddress ? [ErrorDescription(.notFound)] : [])
    }

    /// The refusals that a request to any operation may meet.
    private static let common: [ErrorDescription] = [
        ErrorCode.badRequest, .validation, .malformedJSON, .unauthorized, .forbidden, .originNotAllowed, .notFound,
        .methodNotAllowed, .requestTimeout, .conflict, .idempotencyInProgress, .preconditionFailed, .payloadTooLarge,
        .unsupportedMediaType, .expectationFailed, .idempotencyKeyReused, .rateLimited, .headersTooLarge,
        .internalError, .serviceUnavailable, .deadlineExceeded,
    ].map(ErrorDescription.init)

    /// The refusals that a request to a route of the gateway's own may meet, beside those of budgets.
    private static let platform: [ErrorDescription] = [
        ErrorCode.badRequest, .methodNotAllowed, .requestTimeout, .payloadTooLarge, .expectationFailed,
        .headersTooLarge, .serviceUnavailable,
    ].map(ErrorDescription.init)

    private static func distinct(_ errors: [ErrorDescription]) -> [ErrorDescription] {
        var codes: Set<String> = []
        return errors.filter { codes.insert($0.code).inserted }
    }

    /// The schemas of refusals, by name.
    static let schemas = JSONObject([("Error", error), ("FieldError", fieldError), ("Problem", problem)])

    private static let fieldErrors: JSONValue = [
        "type": "array", "items": .reference(to: "FieldError"),
    ]

    private static let error: JSONValue = [
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
                    "details": fieldErrors,
                ],
            ],
            "statusCode": ["type": "integer"],
            "requestId": ["type": "string"],
        ],
    ]

    private static let problem: JSONValue = [
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
            "errors": fieldErrors,
            "requestId": ["type": "string"],
        ],
    ]

    private static let fieldError: JSONValue = [
        "type": "object",
        "required": ["field", "message"],
        "properties": [
            "field": ["type": "string", "description": "A path such as `settings.closesAt`."],
            "message": ["type": "string"], "code": ["type": "string"],
        ],
    ]
}
