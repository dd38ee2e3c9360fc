import Contracts
import HTTPTypes

/// Writes operations down as paths of the document, everything in its place, and gathers their refusals.
struct OpenAPIWriter {
    private(set) var paths = JSONObject()
    /// The schemas that services name, and those of requests' bodies.
    private(set) var schemas: JSONObject
    private(set) var refusals: OpenAPIRefusals
    private let examples: OpenAPIExamples
    /// The names that several operations ask for, or one and a route of the gateway's own.
    private let ambiguousNames: Set<String>

    /// - Parameters:
    ///   - operations: All operations of all services, which are added one by one.
    ///   - schemas: The schemas that services name.
    init(of operations: [OperationDescription], schemas: JSONObject) {
        self.schemas = schemas
        examples = OpenAPIExamples(schemas: schemas)
        refusals = OpenAPIRefusals(of: operations)
        let names = operations.map(\.clientName) + PlatformRoute.documented.map(\.id)
        ambiguousNames = Set(Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys)
    }

    mutating func add(_ operation: OperationDescription, of service: String) {
        guard let method = operation.method?.lowercased() else { return }
        let isAmbiguous = ambiguousNames.contains(operation.clientName)
        let name = isAmbiguous ? operation.uniqueName : operation.clientName
        var entry = self.entry(operation, called: name, of: service)
        for (index, path) in operation.paths.enumerated() {
            if index > 0 {
                var contract = operation.contractExtension
                contract["aliasOf"] = .string(operation.paths[0])
                entry["operationId"] = .string("\(name)\(index + 1)")
                entry["x-contract"] = .object(contract)
            }
            add(path, method, .object(entry))
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
        var entry = JSONObject([
            ("operationId", .string(route.id)), ("summary", .string(route.summary)),
            ("tags", [.string(PlatformRoute.tag)]), ("security", []), ("x-contract", ["name": .string(route.name)]),
        ])
        if route.isVersioned {
            entry["parameters"] = [OpenAPIParameter.ifNoneMatch.json]
            responses["304"] = Self.notModified(always)
        }
        for (status, reference) in refusals.references(of: route) { responses[status] = reference }
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

    private mutating func entry(
        _ operation: OperationDescription,
        called name: String,
        of service: String
    ) -> JSONObject {
        var entry = JSONObject([("operationId", .string(name)), ("summary", .string(operation.summary))])
        let conditions = Self.conditions(of: operation)
        if !conditions.isEmpty { entry["description"] = .string(conditions) }
        entry["tags"] = [.string(service)]
        entry["security"] = Self.security(of: operation)
        entry["x-contract"] = .object(operation.contractExtension)
        if operation.deprecation != nil { entry["deprecated"] = true }
        let parameters =
            operation.parameters.map(Self.parameter)
            + OpenAPIParameter.allCases.filter { $0.applies(to: operation) }.map(\.json)
        if !parameters.isEmpty { entry["parameters"] = .array(parameters) }
        if let body = operation.requestBody?.tree {
            let required = (body.referencedName.flatMap { schemas[$0] } ?? body)["required"]?.arrayValue ?? []
            // Without required members it may be left out as a whole and reads as an empty object; a patch may not.
            let isRequired = operation.method == "PATCH" || !required.isEmpty
            let schema = reference(to: body, called: "\(service).\(name.withCapital)")
            let content: JSONValue = ["schema": schema, "example": examples.request(body)]
            let types = [operation.requestType] + (operation.method == "PATCH" ? ["application/merge-patch+json"] : [])
            entry["requestBody"] = [
                "required": .bool(isRequired),
                "content": .object(JSONObject(types.map { ($0, content) })),
            ]
        }
        entry["responses"] = .object(responses(of: operation))
        return entry
    }

    /// Names a body's schema after its operation, whatever other schemas it equals; a reference to a schema that has a name
    /// stays as it is.
    private mutating func reference(to body: JSONValue, called name: String) -> JSONValue {
        guard body.referencedName == nil else { return body }
        var free = name
        while schemas[free] != nil { free += "Body" }
        schemas[free] = body
        return .reference(to: free)
    }

    /// The rights that a caller needs beside a session, and the limits that differ from most operations'.
    private static func conditions(of operation: OperationDescription) -> String {
        var words: [String] = []
        if case .permission(let permission)? = Access(operation.access) {
            words.append("Needs the permission `\(permission)`.")
        }
        if let scope = operation.scope {
            words.append(
                scope.hasSameBytes(as: AccountScope.ofEveryKey.text)
                    ? "Every API key reaches it." : "An API key needs the scope `\(scope)`."
            )
        }
        if operation.rate != (operation.method == "GET" ? .read : .write) {
            words.append("Counts against the budget `\(operation.rate.rawValue)`.")
        }
        if operation.requestBody != nil, operation.bodyLimit != Contract.defaultBodyLimit {
            words.append("The body has at most \(operation.bodyLimit) bytes.")
        }
        if Duration.milliseconds(operation.timeoutMilliseconds) != Contract.defaultTimeout {
            words.append("Answers within \(operation.timeoutMilliseconds) ms.")
        }
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
        ])
        if parameter.isRequired || parameter.location == .path { json["required"] = true }
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
            success["content"] = .object(JSONObject([(operation.replyType, ["schema": body])]))
        }
        responses[String(operation.success)] = .object(success)
        if OpenAPIParameter.ifNoneMatch.applies(to: operation) {
            responses["304"] = Self.notModified(OpenAPIHeader.always(on: operation))
        }
        for (status, reference) in refusals.references(of: operation) { responses[status] = reference }
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
