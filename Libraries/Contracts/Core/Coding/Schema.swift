/// One declared member of a contract object.
public struct SchemaField: Sendable, Equatable {
    public let name: String
    public let schema: JSONValue
    public let isRequired: Bool
}

/// The named object schemas that a description refers to, as OpenAPI's `components/schemas` holds them.
public struct SchemaComponents: Sendable, Equatable {
    public private(set) var schemas: [String: JSONValue] = [:]

    public init() {}

    /// The schema's name: module without `Contracts`, then the type with what it is nested in (`Forms.Question`).
    static func name(of type: Any.Type) -> String {
        var parts = String(reflecting: type).split(separator: ".").map(String.init)
        if let module = parts.first, module.hasSuffix("Contracts"), module != "Contracts" {
            parts[0] = String(module.dropLast("Contracts".count))
        } else if parts.count > 1 {
            parts.removeFirst()
        }
        return String(parts.joined(separator: ".").map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "_" })
    }

    mutating func reference<Object: ContractObject>(to type: Object.Type) -> JSONValue {
        let name = Self.name(of: type)
        if schemas[name] == nil {
            schemas[name] = [:]  // a type that contains itself refers to this
            let fields = type.fields(&self)
            schemas[name] = Self.object(fields)
        }
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    /// Those of `schemas` that `parts` refer to, also by each other.
    public static func referred(by parts: [JSONValue], of schemas: JSONObject) -> JSONObject {
        var found: Set<String> = []
        var open = parts
        while let part = open.popLast() {
            switch part {
            case .array(let elements): open += elements
            case .object(let object):
                if let reference = object["$ref"]?.stringValue, let schema = schemas[name(in: reference)],
                    found.insert(name(in: reference)).inserted
                {
                    open.append(schema)
                }
                open += object.members.map(\.value)
            case .null, .bool, .number, .string, .parameter: break
            }
        }
        return JSONObject(schemas.members.filter { found.contains($0.name) }.map { ($0.name, $0.value) })
    }

    private static func name(in reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? ""
    }

    /// The schema of an object with these members.
    public static func object(_ fields: [SchemaField]) -> JSONValue {
        var schema: JSONObject = JSONObject([("type", "object")])
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        schema["properties"] = .object(JSONObject(fields.map { ($0.name, $0.schema) }))
        return .object(schema)
    }

    /// The schema of a value that may also be null.
    public static func nullable(_ schema: JSONValue) -> JSONValue {
        if case .object(var object) = schema, case .string(let type)? = object["type"], object["enum"] == nil {
            object["type"] = [.string(type), "null"]
            return .object(object)
        }
        return ["anyOf": [schema, ["type": "null"]]]
    }
}

/// Learns a type's members by handing placeholders to its synthesised `init(from:)`.
final class FieldRecorder: Decoder {
    var components: SchemaComponents
    var fields: [SchemaField] = []
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ components: SchemaComponents) {
        self.components = components
    }

    func record<Value: ContractValue>(_ type: Value.Type, _ name: String, isOptional: Bool) -> Value {
        if let flattened = type as? any FlattenedObject.Type {
            fields += flattened.fields(&components)
            return type.placeholder
        }
        let schema = type.schema(&components)
        let isRequired = !isOptional && !(type is any OptionalMember.Type)
        fields.append(
            SchemaField(
                name: name,
                schema: isOptional ? SchemaComponents.nullable(schema) : schema,
                isRequired: isRequired
            )
        )
        return type.placeholder
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(MemberRecorder<Key>(recorder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnsupportedCoder() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw UnsupportedCoder() }
}

private struct MemberRecorder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let recorder: FieldRecorder
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let contract = type as? any ContractValue.Type,
            let value = recorder.record(contract, key.stringValue, isOptional: false) as? Value
        else { preconditionFailure("\(type) is no ContractValue, so it cannot stand in a contract") }
        return value
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let contract = type as? any ContractValue.Type else {
            preconditionFailure("\(type) is no ContractValue, so it cannot stand in a contract")
        }
        _ = recorder.record(contract, key.stringValue, isOptional: true)
        return nil
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { record(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { record(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { record(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { record(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { record(type, key) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { optional(type, key) }

    private func record<Value: ContractValue>(_ type: Value.Type, _ key: Key) -> Value {
        recorder.record(type, key.stringValue, isOptional: false)
    }

    private func optional<Value: ContractValue>(_ type: Value.Type, _ key: Key) -> Value? {
        _ = recorder.record(type, key.stringValue, isOptional: true)
        return nil
    }

    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw UnsupportedCoder() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { throw UnsupportedCoder() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { throw UnsupportedCoder() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { throw UnsupportedCoder() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { throw UnsupportedCoder() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { throw UnsupportedCoder() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { throw UnsupportedCoder() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { throw UnsupportedCoder() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { throw UnsupportedCoder() }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws
        -> KeyedDecodingContainer<Nested>
    { throw UnsupportedCoder() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw UnsupportedCoder() }
    func superDecoder() throws -> any Decoder { throw UnsupportedCoder() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw UnsupportedCoder() }
}
