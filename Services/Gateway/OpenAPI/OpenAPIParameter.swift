import Contracts

/// Header fields that operations of a kind take beside their own fields.
enum OpenAPIParameter: CaseIterable {
    case idempotencyKey
    case ifMatch
    case ifNoneMatch

    func applies(to operation: OperationDescription) -> Bool {
        switch self {
        case .idempotencyKey: operation.takesIdempotencyKey
        case .ifMatch: operation.errors.contains { $0.code == ErrorCode.preconditionFailed.code }
        case .ifNoneMatch: operation.method == "GET" && operation.isVersioned == true
        }
    }

    var json: JSONValue {
        let (name, description, schema): (JSONValue, JSONValue, JSONValue) =
            switch self {
            case .idempotencyKey:
                (
                    "Idempotency-Key", "Makes the request run once, however often it arrives within a day.",
                    [
                        "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$",
                        "examples": ["6c1f0a52-4f5e-4b7e-9d0e-4b1f0f6f2a11"],
                    ]
                )
            case .ifMatch:
                ("If-Match", "Writes only if the present `ETag` is among these, or is any with `*`.", Self.entityTags)
            case .ifNoneMatch:
                ("If-None-Match", "Answers 304 if the present `ETag` is among these.", Self.entityTags)
            }
        return ["name": name, "in": "header", "description": description, "schema": schema]
    }

    private static let entityTags: JSONValue = ["type": "string", "examples": ["\"7\""]]

    /// The schema as a parameter has it, which is left out instead of being null.
    static func withoutNull(_ schema: JSONValue) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        if let types = object["type"]?.arrayValue {
            let others = types.filter { $0 != "null" }
            object["type"] = others.count == 1 ? others[0] : .array(others)
            return .object(object)
        }
        if let choices = object["anyOf"]?.arrayValue {
            let others = choices.filter { $0 != ["type": "null"] }
            if others.count == 1 { return others[0] }
        }
        return schema
    }
}

/// Header fields of answers: those that the document describes are those that pages of another origin may read.
enum OpenAPIHeader: String, CaseIterable {
    case requestID = "X-Request-Id"
    case trace = "Traceresponse"
    case limit = "RateLimit-Limit"
    case remaining = "RateLimit-Remaining"
    case reset = "RateLimit-Reset"
    case etag = "ETag"
    case location = "Location"
    case retryAfter = "Retry-After"
    case authenticate = "WWW-Authenticate"
    case deprecation = "Deprecation"
    case sunset = "Sunset"
    case link = "Link"
    case disposition = "Content-Disposition"

    /// What every answer of an operation carries.
    static func always(on operation: OperationDescription) -> [OpenAPIHeader] {
        var headers = always(isAPI: operation.isAPI)
        if let deprecation = operation.deprecation {
            headers += deprecation.sunset == nil ? [.deprecation, .link] : [.deprecation, .sunset, .link]
        }
        return headers
    }

    /// What every answer of the gateway's own carries, below `/api` or beside it.
    static func always(isAPI: Bool) -> [OpenAPIHeader] {
        [.requestID, .trace] + (isAPI ? [.limit, .remaining, .reset] : [])
    }

    static func references(_ headers: [OpenAPIHeader]) -> JSONValue {
        .object(JSONObject(headers.map { ($0.rawValue, .reference(to: $0.rawValue, in: "headers")) }))
    }

    var json: JSONValue {
        let count: JSONValue = ["type": "integer", "minimum": 0]
        let text: JSONValue = ["type": "string"]
        let (description, schema): (JSONValue, JSONValue) =
            switch self {
            case .requestID: ("Names the request in our logs.", text)
            case .trace: ("The trace and span that the request was (W3C Trace Context).", text)
            case .limit: ("How many requests the budget holds.", count)
            case .remaining: ("How many of them are left.", count)
            case .reset: ("Seconds until it is full again.", count)
            case .etag: ("Which revision this is.", text)
            case .location: ("Where the new resource is found.", ["type": "string", "format": "uri-reference"])
            case .retryAfter: ("Seconds after which it is worth trying again.", count)
            case .authenticate: ("How to sign in (RFC 6750).", text)
            case .deprecation: ("Since when it should not be used (RFC 9745).", text)
            case .sunset: ("When it goes (RFC 8594).", text)
            case .link: ("What takes its place, and where that is told (RFC 8288).", text)
            case .disposition: ("What the file is called.", text)
            }
        return ["description": description, "schema": schema]
    }
}

extension OperationDescription {
    /// `true` if it stands below `/api`, where budgets and API keys are.
    var isAPI: Bool { paths.first?.hasPrefix("/api/") == true }

    /// `true` if clients can call it.
    var isPublic: Bool { method != nil && access != Access.services.description }

    /// The name that clients call it by; of a service that gives none, the verb of its name, then what it is about.
    var clientName: String {
        let parts = name.split(separator: ".").dropFirst().map { $0.split(separator: "-") }
        let words: [Substring] = (parts.last ?? []) + parts.dropLast().joined()
        return id ?? words.camelCase
    }

    /// The whole name in lower camel case, which no other operation has.
    var uniqueName: String { name.split { $0 == "." || $0 == "-" }.camelCase }
}
