import Contracts

/// Example requests, made from the examples that the fields' types give.
struct OpenAPIExamples {
    let schemas: JSONObject

    /// The members that a request must have; if none is required, the first, as for a patch.
    func request(_ schema: JSONValue) -> JSONValue { value(schema, depth: 0) }

    private func value(_ schema: JSONValue, depth: Int) -> JSONValue {
        guard depth < Self.maximumDepth else { return .null }
        if let example = schema["examples"]?.arrayValue?.first ?? schema["const"] ?? schema["enum"]?.arrayValue?.first {
            return example
        }
        if let name = schema.referencedName { return value(schemas[name] ?? [:], depth: depth + 1) }
        if let first = schema["anyOf"]?.arrayValue?.first { return value(first, depth: depth + 1) }
        switch schema["type"]?.arrayValue?.first?.stringValue ?? schema["type"]?.stringValue {
        case "object": return object(schema, depth: depth)
        case "array":
            let least = schema["minItems"]?.intValue ?? 0
            guard let items = schema["items"], least > 0 else { return [] }
            return .array(Array(repeating: value(items, depth: depth + 1), count: least))
        case "string": return .string(String(repeating: "x", count: schema["minLength"]?.intValue ?? 1))
        case "integer", "number": return .integer(max(schema["minimum"]?.intValue ?? 1, 1))
        case "boolean": return true
        default: return [:]
        }
    }

    /// The number of steps from a schema to others within it, after which one that contains itself ends in a null.
    private static let maximumDepth = 16

    private func object(_ schema: JSONValue, depth: Int) -> JSONValue {
        let members = schema["properties"]?.objectValue?.members ?? []
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let chosen = members.filter { required.contains($0.name) }
        let shown = chosen.isEmpty && depth == 0 ? Array(members.prefix(1)) : chosen
        return .object(JSONObject(shown.map { ($0.name, value($0.value, depth: depth + 1)) }))
    }
}
