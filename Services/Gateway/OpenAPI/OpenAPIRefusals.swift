import Contracts
import NIOHTTP1

/// Refusals as responses of the document.
///
/// The responses to `4XX` and `5XX` have the codes that any request may be refused with. A status for which contracts name
/// codes has a response of its own, which all operations share: it has every code of that status, and the reference of an
/// operation with fewer lists those that are its own.
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
        var references: [(status: String, reference: JSONValue)] = []
        let own = Dictionary(grouping: Self.own(of: operation), by: \.status)
        for (status, errors) in own.sorted(by: { $0.key < $1.key }) {
            references.append(("\(status)", reference(to: status, for: errors, isAPI: operation.isAPI)))
        }
        return references + commonReferences(isAPI: operation.isAPI)
    }

    /// The responses to what any request may be refused with.
    mutating func commonReferences(isAPI: Bool) -> [(status: String, reference: JSONValue)] {
        let (refusals, failures) = (Self.common.filter { $0.status < 500 }, Self.common.filter { $0.status >= 500 })
        return [
            ("4XX", reference(to: "Refused", refusals, [.authenticate, .retryAfter], isAPI: isAPI)),
            ("5XX", reference(to: "Failed", failures, [.retryAfter], isAPI: isAPI)),
        ]
    }

    private mutating func reference(to status: Int, for own: [ErrorDescription], isAPI: Bool) -> JSONValue {
        let (own, all) = (Self.distinct(own), errors[status] ?? own)
        let name = HTTPResponseStatus(statusCode: status).componentName
        let shared = reference(to: name, all, Self.headers(of: status), isAPI: isAPI)
        guard own.count < all.count, case .object(var object) = shared else { return shared }
        object["description"] = .string(own.map { "`\($0.code)`" }.joined(separator: ", "))
        return .object(object)
    }

    private mutating func reference(
        to name: String,
        _ errors: [ErrorDescription],
        _ headers: [OpenAPIHeader],
        isAPI: Bool
    ) -> JSONValue {
        let name = isAPI ? name : name + "Bare"
        if responses[name] == nil {
            responses[name] = Self.response(errors, OpenAPIHeader.always(isAPI: isAPI) + headers)
        }
        return .reference(to: name, in: "responses")
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
                "application/problem+json": ["schema": .reference(to: "Problem")],
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

    /// The refusals that the contract names, and that of a path that leads nowhere.
    private static func own(of operation: OperationDescription) -> [ErrorDescription] {
        let hasAddress = operation.parameters.contains { $0.location == .path }
        return operation.errors + (hasAddress ? [ErrorDescription(.notFound)] : [])
    }

    /// The refusals that any request may meet.
    private static let common: [ErrorDescription] = [
        ErrorCode.badRequest, .validation, .malformedJSON, .unauthorized, .forbidden, .originNotAllowed, .notFound,
        .methodNotAllowed, .requestTimeout, .conflict, .idempotencyInProgress, .preconditionFailed, .payloadTooLarge,
        .unsupportedMediaType, .expectationFailed, .idempotencyKeyReused, .rateLimited, .headersTooLarge,
        .internalError, .serviceUnavailable, .deadlineExceeded,
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
