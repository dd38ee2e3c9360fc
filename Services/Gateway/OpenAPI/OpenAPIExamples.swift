import Contracts

/// Example documents, made from the examples that the fields' types give.
struct OpenAPIExamples {
    let schemas: JSONObject

    /// What has to be there; when nothing has to, the first member, as of a patch.
    func request(_ schema: JSONValue) -> JSONValue { value(schema, depth: 0, onlyRequired: true) }

    func reply(_ schema: JSONValue) -> JSONValue { value(schema, depth: 0, onlyRequired: false) }

    private func value(_ schema: JSONValue, depth: Int, onlyRequired: Bool) -> JSONValue {
        if let example = schema["examples"]?.arrayValue?.first ?? schema["const"] ?? schema["enum"]?.arrayValue?.first {
            return example
        }
        if let name = schema["$ref"]?.stringValue?.split(separator: "/").last {
            guard depth < 6 else { return .null }
            return value(schemas[String(name)] ?? [:], depth: depth + 1, onlyRequired: onlyRequired)
        }
        if let first = schema["anyOf"]?.arrayValue?.first {
            // What contains itself ends in a null, or not at all.
            return depth < 4 ? value(first, depth: depth + 1, onlyRequired: onlyRequired) : .null
        }
        switch schema["type"]?.arrayValue?.first?.stringValue ?? schema["type"]?.stringValue {
        case "object": return object(schema, depth: depth, onlyRequired: onlyRequired)
        case "array":
            let least = schema["minItems"]?.intValue ?? 0
            guard let items = schema["items"], least > 0 || !onlyRequired && depth < 4 else { return [] }
            let item = value(items, depth: depth + 1, onlyRequired: onlyRequired)
            return .array(Array(repeating: item, count: max(least, 1)))
        case "string": return .string(String(repeating: "x", count: schema["minLength"]?.intValue ?? 1))
        case "integer", "number": return .integer(max(schema["minimum"]?.intValue ?? 1, 1))
        case "boolean": return true
        default: return [:]
        }
    }

    private func object(_ schema: JSONValue, depth: Int, onlyRequired: Bool) -> JSONValue {
        let members = schema["properties"]?.objectValue?.members ?? []
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let chosen = members.filter { !onlyRequired || required.contains($0.name) }
        let shown = chosen.isEmpty && depth == 0 ? Array(members.prefix(1)) : chosen
        return .object(
            JSONObject(shown.map { ($0.name, value($0.value, depth: depth + 1, onlyRequired: onlyRequired)) })
        )
    }
}
