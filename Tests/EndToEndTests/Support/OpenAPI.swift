import Contracts

@testable import Operator

/// What the system says of itself, as far as bodies are concerned.
struct OpenAPI: Sendable {
    let json: JSONValue

    struct Operation: Sendable {
        let method: String
        /// Below `/api/v1`, with ids in place of its parameters.
        let path: String
        let body: JSONValue
    }

    /// A body with one member that breaks one rule.
    struct Violation: Sendable {
        let field: String
        let rule: String
        let body: JSONValue
    }

    var operations: [Operation] {
        (json["paths"]?.objectValue?.members ?? []).flatMap { template, methods in
            (methods.objectValue?.members ?? []).compactMap { method, operation in
                guard let body = operation["requestBody"]?["content"]?["application/json"]?["schema"],
                    template.hasPrefix("/api/v1/")
                else { return nil }
                let path = template.dropFirst("/api/v1".count).replacing(/\{[^}]+\}/) { _ in
                    "01890a5d-ac96-774b-bcce-b302099a8057"
                }
                return Operation(method: method.uppercased(), path: String(path), body: body)
            }
        }
    }

    /// A schema behind its reference, without the null beside it.
    func resolve(_ schema: JSONValue) -> JSONValue {
        if schema.referencedName != nil { return resolve(json.resolve(schema)) }
        let others = (schema["anyOf"]?.arrayValue ?? []).filter { $0 != ["type": "null"] }
        return others.count == 1 ? resolve(others[0]) : schema
    }

    /// The number of operations, other spellings of paths among them.
    var operationCount: Int {
        (json["paths"]?.objectValue?.members ?? []).reduce(0) { $0 + ($1.value.objectValue?.members.count ?? 0) }
    }

    /// Every schema that stands where it is used.
    var inlineSchemas: [JSONValue] {
        let components = json["components"]?["schemas"]?.objectValue?.members ?? []
        let others = ["parameters", "headers", "responses"].compactMap { json["components"]?[$0] }
        let places = others + [json["paths"] ?? .null]
        return components.flatMap { Self.parts(of: $0.value) } + places.flatMap(Self.schemas)
    }

    /// The schemas at the places of a document that have one: parameters, headers and bodies.
    private static func schemas(in json: JSONValue) -> [JSONValue] {
        switch json {
        case .array(let elements): elements.flatMap(schemas)
        case .object(let object):
            object.members.flatMap { name, value -> [JSONValue] in
                switch name {
                case "schema": value["$ref"] == nil ? [value] + parts(of: value) : []
                case "example": []
                default: schemas(in: value)
                }
            }
        case .null, .bool, .number, .string, .parameter: []
        }
    }

    /// The schemas within a schema, without references.
    private static func parts(of schema: JSONValue) -> [JSONValue] {
        let lists = ["anyOf", "allOf"].flatMap { schema[$0]?.arrayValue ?? [] }
        let single = ["items", "additionalProperties", "propertyNames"].compactMap { schema[$0] }
        let members = schema["properties"]?.objectValue?.members.map(\.value) ?? []
        let own = (lists + single + members).filter { $0["$ref"] == nil }
        return own + own.flatMap(parts)
    }
}

extension OpenAPI.Operation {
    /// Wrong values for each member of the body, and each required member left out.
    func violations(in document: OpenAPI) -> [OpenAPI.Violation] {
        let schema = document.resolve(body)
        let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let missing = required.map { OpenAPI.Violation(field: $0, rule: "required", body: [:]) }
        let wrong = (schema["properties"]?.objectValue?.members ?? []).flatMap { name, member in
            Self.wrongValues(for: document.resolve(member)).map { rule, value in
                OpenAPI.Violation(field: name, rule: rule, body: .object(JSONObject([(name, value)])))
            }
        }
        return missing + wrong
    }

    /// A text that a pattern does not match; `nil` for a pattern that Swift cannot read or that matches everything.
    private static func text(breaking pattern: String) -> JSONValue? {
        guard let expression = try? Regex(pattern) else { return nil }
        let candidates = ["\u{1F9ED} \u{1F9ED}", "   ", "-"]
        return candidates.first { (try? expression.firstMatch(in: $0)) == nil }.map { .string($0) }
    }

    /// Values that a schema does not allow, each with the rule that it breaks.
    private static func wrongValues(for schema: JSONValue) -> [(rule: String, value: JSONValue)] {
        var values: [(String, JSONValue)] = []
        let types =
            schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? [schema["type"]?.stringValue].compactMap(\.self)
        if types.contains("string") {
            values.append(("type", 12))
            if let longest = schema["maxLength"]?.intValue, longest < 100_000 {
                values.append(("maxLength", .string(String(repeating: "a", count: longest + 1))))
            }
            if let shortest = schema["minLength"]?.intValue, shortest > 0 { values.append(("minLength", "")) }
            if let wrong = schema["pattern"]?.stringValue.flatMap(text(breaking:)) { values.append(("pattern", wrong)) }
            if let format = schema["format"]?.stringValue, format != "password" {
                values.append(("format", "neither nor"))
            }
            if schema["enum"] != nil { values.append(("enum", "no such choice")) }
        }
        if types.contains("integer") {
            values += [("type", "many"), ("integer", .number("1.5"))]
            if let least = schema["minimum"]?.intValue { values.append(("minimum", .integer(least - 1))) }
            if let most = schema["maximum"]?.intValue { values.append(("maximum", .integer(most + 1))) }
        }
        if types.contains("boolean") { values.append(("type", "true")) }
        if types.contains("array") { values.append(("type", "one")) }
        if types.contains("object") { values.append(("type", "one")) }
        return values
    }
}
