import Contracts
import NIOHTTP1

/// Moves what occurs more than once in a document to its components, and refers to it there.
///
/// A parameter has its own name among the components if all of that name are alike; otherwise the first operation's name
/// stands before it.
///
/// A schema that takes no more bytes than a reference stays where it is, and so does a reference with null beside it. Named
/// schemas, those of types and of requests' bodies, are components in any case; no other schema takes one's name because it
/// happens to be equal.
struct OpenAPISharing {
    private(set) var paths = JSONObject()
    private(set) var schemas = JSONObject()
    private(set) var parameters = JSONObject()
    private(set) var responses: JSONObject
    /// The document's names for the named schemas, by the names that they came with.
    private let names: [String: String]
    /// The number of occurrences of each part, by its JSON.
    private var counts: [[UInt8]: Int] = [:]
    /// The parameters of each name, by their JSON.
    private var parametersByName: [String: Set<[UInt8]>] = [:]
    /// The references to the parts that have become components, by their JSON.
    private var references: [[UInt8]: JSONValue] = [:]

    /// The size of a reference in bytes, taking its name to have sixteen letters.
    private static let sizeOfReference = 48

    /// The kinds of parts that a document has, as far as they or their own parts can be shared.
    private enum Kind {
        case item, operation, content, parameter, schema
        case response(status: String)
    }

    /// - Parameters:
    ///   - paths: The paths, with everything in its place.
    ///   - responses: Responses that the paths refer to.
    ///   - schemas: The named schemas, of which some may be equal; those that nothing refers to are left out.
    init(paths: JSONObject, responses: JSONObject, schemas: JSONObject) {
        let named = SchemaComponents.referred(by: [.object(paths), .object(responses)], of: schemas)
        names = Self.names(of: named.names)
        self.responses = responses
        for (_, item) in paths.members { countParts(of: item, .item) }
        for (_, response) in responses.members { countParts(of: response, .content) }
        for (name, schema) in named.members {
            countParts(of: schema, .schema)
            self.schemas[finalName(name)] = [:]  // reserves the name
        }

        self.paths = paths.mapping { shareParts(of: $1, .item, $0) }
        for (name, response) in responses.members { self.responses[name] = shareParts(of: response, .content, name) }
        for (name, schema) in named.members {
            self.schemas[finalName(name)] = shareParts(of: schema, .schema, finalName(name))
        }
        self.schemas = JSONObject(self.schemas.members.sorted { $0.name < $1.name }.map { ($0.name, $0.value) })
    }

    private func finalName(_ name: String) -> String { names[name] ?? name }

    // MARK: - Counting

    private mutating func countParts(of part: JSONValue, _ kind: Kind) {
        _ = Self.mapping(part, kind, "") { part, kind, _ in
            switch kind {
            case .item, .operation, .content: countParts(of: part, kind)
            case .parameter, .response, .schema:
                guard part["$ref"] == nil else { return part }
                counts[part.bytes, default: 0] += 1
                if case .parameter = kind {
                    parametersByName[Self.name(ofParameter: part), default: []].insert(part.bytes)
                }
                // Later occurrences refer to it.
                if counts[part.bytes] == 1 { countParts(of: part, kind) }
            }
            return part
        }
    }

    // MARK: - Sharing

    private mutating func shareParts(of part: JSONValue, _ kind: Kind, _ owner: String) -> JSONValue {
        Self.mapping(part, kind, owner) { share($0, $1, $2) }
    }

    /// Replaces a part that occurs elsewhere as well.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - kind: Its kind.
    ///   - owner: The beginning of the names of parts that have none of their own.
    /// - Returns: The part, or a reference to it.
    private mutating func share(_ part: JSONValue, _ kind: Kind, _ owner: String) -> JSONValue {
        if let name = part.referencedName {
            guard case .schema = kind, case .object(var schema) = part else { return part }
            schema["$ref"] = JSONValue.reference(to: finalName(name))["$ref"]
            return .object(schema)  // with what stands beside the reference
        }
        let key = part.bytes
        if let reference = references[key] { return reference }
        let shown = shareParts(of: part, kind, owner)
        guard counts[key, default: 0] > 1, !shown.isReferenceOrNull else { return shown }
        let reference: JSONValue
        switch kind {
        case .item, .operation, .content: return shown
        case .parameter:
            let name = Self.name(ofParameter: shown)
            let other = owner + name.withCapital
            let isOnly = parametersByName[name]?.count == 1
            reference = Self.add(shown, to: &parameters, "parameters", called: isOnly ? name : other, or: other)
        case .response(let status):
            let name = Self.name(ofResponse: shown, status) ?? owner + "Reply"
            reference = Self.add(shown, to: &responses, "responses", called: name, or: owner + "Reply")
        case .schema:
            guard shown.bytes.count > Self.sizeOfReference else { return shown }
            reference = Self.add(shown, to: &schemas, "schemas", called: Self.name(of: shown) ?? owner, or: owner)
        }
        references[key] = reference
        return reference
    }

    /// Adds a component under a name; if that is taken, under another, with a number if need be.
    ///
    /// - Returns: The reference to it.
    private static func add(
        _ part: JSONValue,
        to components: inout JSONObject,
        _ section: String,
        called name: String,
        or other: String
    ) -> JSONValue {
        let free = components[name] == nil ? name : numbered(other) { components[$0] != nil }
        components[free] = part
        return .reference(to: free, in: section)
    }

    /// The part, with what `change` makes of each of its own parts.
    private static func mapping(
        _ part: JSONValue,
        _ kind: Kind,
        _ owner: String,
        _ change: (JSONValue, Kind, _ owner: String) -> JSONValue
    ) -> JSONValue {
        if case .schema = kind, part["$ref"] != nil { return change(part, kind, owner) }
        guard case .object(let object) = part else { return part }
        return .object(
            object.mapping { name, value in
                switch (kind, name) {
                case (.item, _):
                    return change(value, .operation, value["operationId"]?.stringValue?.withCapital ?? owner)
                case (.operation, "parameters"): return value.mappingElements { change($0, .parameter, owner) }
                case (.operation, "requestBody"): return change(value, .content, owner)
                case (.operation, "responses"):
                    return value.mappingMembers { change($1, .response(status: $0), owner) }
                case (.content, "content"):
                    return value.mappingMembers { type, content in
                        change(content, .content, owner + (type.contains("problem") ? "Problem" : ""))
                    }
                case (.response, "content"): return value.mappingMembers { change($1, .content, owner + "Reply") }
                case (.content, "schema"): return change(value, .schema, owner)
                case (.parameter, "schema"):
                    return change(value, .schema, owner + (object["name"]?.stringValue?.withCapital ?? ""))
                case (.schema, "properties"), (.schema, "dependentSchemas"):
                    return value.mappingMembers { change($1, .schema, owner + $0.withCapital) }
                case (.schema, "patternProperties"): return value.mappingMembers { change($1, .schema, owner) }
                case (.schema, "anyOf"), (.schema, "allOf"), (.schema, "oneOf"), (.schema, "prefixItems"):
                    return value.mappingElements { change($0, .schema, owner) }
                case (.schema, "items"), (.schema, "additionalProperties"), (.schema, "propertyNames"),
                    (.schema, "contains"), (.schema, "not"), (.schema, "if"), (.schema, "then"), (.schema, "else"):
                    return change(value, .schema, owner)
                default: return value
                }
            }
        )
    }

    // MARK: - Names

    /// Names the schemas in the document after their types, with the module's where two are alike.
    ///
    /// A request schema that differs from its reply schema ends with `Input`; a name already taken gets a number.
    private static func names(of schemas: [String]) -> [String: String] {
        let all = Set(schemas)
        func type(_ schema: String) -> String {
            let suffix = SchemaComponents.requestSuffix
            return schema.hasSuffix(suffix) ? String(schema.dropLast(suffix.count)) : schema
        }
        func short(_ schema: String) -> String {
            type(schema).split(separator: ".", maxSplits: 1).last.map(String.init) ?? schema
        }
        func long(_ schema: String) -> String { type(schema).filter { $0.isLetter || $0.isNumber } }
        func isSecond(_ schema: String) -> Bool { type(schema) != schema && all.contains(type(schema)) }

        var names: [String: String] = [:]
        var taken: Set<String> = []
        func give(_ name: String, or other: String, to schema: String) {
            let name = numbered(taken.contains(name) ? other : name) { taken.contains($0) }
            taken.insert(name)
            names[schema] = name
        }
        let first = schemas.filter { !isSecond($0) }.sorted()
        let alike = Dictionary(grouping: first, by: short)
        for schema in first {
            give(alike[short(schema)]?.count == 1 ? short(schema) : long(schema), or: long(schema), to: schema)
        }
        for schema in schemas.filter(isSecond).sorted() {
            give((names[type(schema)] ?? "") + "Input", or: long(schema) + "Input", to: schema)
        }
        return names
    }

    /// The name, with a number if it is taken.
    private static func numbered(_ name: String, _ isTaken: (String) -> Bool) -> String {
        var (free, number) = (name, 1)
        while isTaken(free) {
            number += 1
            free = "\(name)\(number)"
        }
        return free
    }

    /// A name that says what a schema is made of; `nil` for an object of an operation's own, and for a plain value.
    private static func name(of schema: JSONValue) -> String? {
        if let name = schema.referencedName { return name }
        if let choices = schema["anyOf"]?.arrayValue {
            let others = choices.filter { $0 != ["type": "null"] }
            return others.count == 1 && choices.count == 2 ? "Nullable" + word(for: others[0]) : nil
        }
        if let types = schema["type"]?.arrayValue, case .object(var plain) = schema {
            plain["type"] = types.first
            return name(of: .object(plain)).map { "Nullable" + $0 }
        }
        if let members = schema["properties"] {
            guard members["success"] != nil, let data = members["data"] else { return nil }
            let isPage = members["pagination"] != nil
            return isPage ? word(for: data["items"] ?? data) + "Page" : word(for: data) + "Reply"
        }
        switch schema["type"]?.stringValue {
        case "array": return word(for: schema["items"] ?? [:]) + "List"
        case "object": return word(for: schema["additionalProperties"] ?? [:]) + "Map"
        default: return nil
        }
    }

    private static func word(for schema: JSONValue) -> String {
        name(of: schema) ?? schema["type"]?.stringValue?.withCapital ?? "Any"
    }

    private static func name(ofParameter parameter: JSONValue) -> String { parameter["name"]?.stringValue ?? "" }

    private static func name(ofResponse response: JSONValue, _ status: String) -> String? {
        guard let schema = response["content"]?.objectValue?.members.first?.value["schema"] else {
            return Int(status).map { HTTPResponseStatus(statusCode: $0).componentName }
        }
        return name(of: schema).map { status == "201" ? "Created" + $0 : $0 }
    }
}

extension HTTPResponseStatus {
    /// The reason phrase as the name of a component, such as `NotFound`.
    var componentName: String {
        let letters = reasonPhrase.filter { $0.isLetter }
        return letters.isEmpty ? "Status\(code)" : letters
    }
}

extension JSONObject {
    fileprivate func mapping(_ change: (_ name: String, JSONValue) -> JSONValue) -> JSONObject {
        JSONObject(members.map { ($0.name, change($0.name, $0.value)) })
    }
}

extension JSONValue {
    fileprivate func mappingElements(_ change: (JSONValue) -> JSONValue) -> JSONValue {
        .array((arrayValue ?? []).map(change))
    }

    fileprivate func mappingMembers(_ change: (_ name: String, JSONValue) -> JSONValue) -> JSONValue {
        .object((objectValue ?? JSONObject()).mapping(change))
    }
}
