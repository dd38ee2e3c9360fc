import Contracts
import HTTPTypes

/// Writes operations down as paths of the document, and gathers what they refer to.
struct OpenAPIWriter {
    private(set) var paths = JSONObject()
    private(set) var refusals = OpenAPIRefusals()
    private let examples: OpenAPIExamples

    init(schemas: JSONObject) { examples = OpenAPIExamples(schemas: schemas) }

    mutating func add(_ operation: OperationDescription, of service: String) {
        guard let method = operation.method?.lowercased(), operation.access != Access.services.description else {
            return
        }
        for (index, path) in operation.paths.enumerated() {
            let id = operation.name + (index == 0 ? "" : ".\(index + 1)")
            add(path, method, entry(operation, id: id, of: service))
        }
    }

    /// Adds what the gateway answers by itself.
    mutating func add(_ route: PlatformRoute.Documented) {
        var responses = JSONObject()
        let always = OpenAPIHeader.always(isAPI: route.isAPI)
        for (status, description) in route.responses {
            let headers = always + (status == 503 ? [.retryAfter] : []) + (route.isVersioned ? [.etag] : [])
            responses[String(status)] = [
                "description": .string(description), "headers": OpenAPIHeader.references(headers),
                "content": ["application/json": ["schema": route.schema]],
            ]
        }
        for (status, reference) in refusals.references(of: route) { responses[String(status)] = reference }
        var entry = JSONObject([
            ("operationId", .string(route.name)), ("summary", .string(route.summary)),
            ("tags", [.string(PlatformRoute.tag)]), ("security", []),
        ])
        if route.isVersioned {
            entry["parameters"] = [OpenAPIParameter.ifNoneMatch.reference]
            responses["304"] = Self.notModified(always)
        }
        entry["responses"] = .object(responses)
        add(route.path, "get", .object(entry))
    }

    private static func notModified(_ always: [OpenAPIHeader]) -> JSONValue {
        ["description": "Nothing has changed.", "headers": OpenAPIHeader.references(always + [.etag])]
    }

    private mutating func add(_ path: String, _ method: String, _ entry: JSONValue) {
        var item = paths[path]?.objectValue ?? JSONObject()
        guard item[method] == nil else { return }
        item[method] = entry
        paths[path] = .object(item)
    }

    private mutating func entry(_ operation: OperationDescription, id: String, of service: String) -> JSONValue {
        var entry = JSONObject([
            ("operationId", .string(id)),
            ("summary", .string(operation.summary)),
            ("description", .string(Self.conditions(of: operation))),
            ("tags", [.string(service)]),
            ("security", Self.security(of: operation)),
            ("x-access", .string(operation.access)),
            ("x-version", .integer(operation.version)),
        ])
        if let deprecation = operation.deprecation {
            entry["deprecated"] = true
            entry["x-deprecation"] = (try? JSONParser.parse(deprecation.jsonBytes)) ?? true  // our own JSON
        }
        let parameters =
            operation.parameters.map(Self.parameter)
            + OpenAPIParameter.allCases.filter { $0.applies(to: operation) }.map(\.reference)
        if !parameters.isEmpty { entry["parameters"] = .array(parameters) }
        if let body = operation.requestBody?.tree {
            // A body without required members may be left out as a whole: it reads as an empty object.
            let isRequired = body["required"]?.arrayValue?.isEmpty == false
            let content: JSONValue = ["schema": body, "example": examples.request(body)]
            let types =
                operation.method == "PATCH"
                ? [operation.requestType, "application/merge-patch+json"]
                : [
                    operation.requestType
                ]
            entry["requestBody"] = [
                "required": .bool(isRequired),
                "content": .object(JSONObject(types.map { ($0, content) })),
            ]
        }
        entry["responses"] = .object(responses(of: operation))
        return .object(entry)
    }

    /// What a caller needs, and how much it may send and wait.
    private static func conditions(of operation: OperationDescription) -> String {
        var words: [String] = []
        switch Access(operation.access) {
        case .permission(let permission): words.append("Needs the permission `\(permission)`.")
        case .user: words.append("Needs somebody who is signed in.")
        case .everyone, .services, nil: words.append("Open to everyone.")
        }
        if let scope = operation.scope {
            words.append(
                scope.hasSameBytes(as: AccountScope.ofEveryKey.text)
                    ? "Every API key reaches it." : "An API key needs the scope `\(scope)`."
            )
        }
        words.append("Counts against the budget `\(operation.rate.rawValue)`.")
        if operation.requestBody != nil { words.append("The body has at most \(operation.bodyLimit) bytes.") }
        words.append("Answers within \(operation.timeoutMilliseconds) ms.")
        if let deprecation = operation.deprecation {
            let successor = deprecation.successor.map { " Use `\($0)` instead." } ?? ""
            let sunset = deprecation.sunset.map { " It goes on \($0)." } ?? ""
            words.append("Not to be used since \(deprecation.since).\(sunset)\(successor)")
        }
        return words.joined(separator: " ")
    }

    private static func parameter(_ parameter: ParameterDescription) -> JSONValue {
        var json = JSONObject([
            ("name", .string(parameter.name)), ("in", .string(parameter.location.rawValue)),
            ("required", .bool(parameter.isRequired || parameter.location == .path)),
        ])
        let schema = OpenAPIParameter.withoutNull(parameter.schema.tree)
        if schema["type"] == "array" { json["explode"] = false }  // `a,b`, as the decoder reads it
        json["schema"] = schema
        return .object(json)
    }

    private mutating func responses(of operation: OperationDescription) -> JSONObject {
        var responses = JSONObject()
        var headers = OpenAPIHeader.always(on: operation)
        if operation.isVersioned == true { headers.append(.etag) }
        if operation.success == HTTPResponse.Status.created.code { headers.append(.location) }
        if operation.replyType == CSVPart.contentType { headers.append(.disposition) }
        var success = JSONObject([("description", "Done."), ("headers", OpenAPIHeader.references(headers))])
        if let body = operation.replyBody?.tree {
            let content: JSONValue = ["schema": body, "example": examples.reply(body)]
            success["content"] = .object(JSONObject([(operation.replyType, content)]))
        }
        responses[String(operation.success)] = .object(success)
        if OpenAPIParameter.ifNoneMatch.applies(to: operation) {
            responses["304"] = Self.notModified(OpenAPIHeader.always(on: operation))
        }
        for (status, reference) in refusals.references(of: operation) { responses[String(status)] = reference }
        return responses
    }

    private static func security(of operation: OperationDescription) -> JSONValue {
        let cookie: JSONValue = operation.method == "GET" ? ["cookie": []] : ["cookie": [], "csrf": []]
        let takesAPIKey = operation.isAPI && operation.needsSession != true
        // For schemes other than OAuth, OpenAPI 3.1 lets a requirement name the needed roles.
        let scopes = operation.scope.map { [JSONValue.string($0)] } ?? []
        let apiKey: [JSONValue] = takesAPIKey ? [["apiKey": .array(scopes)]] : []
        let signedIn: [JSONValue] = [["bearer": []]] + apiKey + [cookie]
        return .array(operation.access == Access.everyone.description ? [[:]] + signedIn : signedIn)
    }
}
