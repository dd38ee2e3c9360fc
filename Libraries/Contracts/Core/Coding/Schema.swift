/// One declared member of a contract object.
public struct SchemaField: Sendable, Equatable {
    public let name: String
    public let schema: JSONValue
    public let isRequired: Bool
}

/// The named schemas that a description refers to, as OpenAPI's `components/schemas` holds them.
///
/// A schema has the name of its type. Requests may lack members that replies always have, so such a type has two
/// schemas; the name of the one for requests ends with `requestSuffix`.
public struct SchemaComponents: Sendable, Equatable {
    /// The direction in which the described values travel.
    public enum Use: Sendable { case request, reply }

    /// The end of the names of schemas that describe types in requests only.
    public static let requestSuffix = "-request"

    public private(set) var schemas: [String: JSONValue] = [:]
    public private(set) var use = Use.request

    public init() {}

    /// The name of a type: its module without `Contracts`, a dot, and the type with what it is nested in
    /// (`Forms.AutofillFieldSource`); without a module for this library's own types.
    static func name(of type: Any.Type) -> String {
        var parts = String(reflecting: type).split(separator: ".").map(String.init)
        let module = parts.count > 1 ? parts.removeFirst() : ""
        let name = String(parts.joined().map { $0.isLetter || $0.isNumber ? $0 : "_" })
        guard module.hasSuffix("Contracts"), module != "Contracts" else { return name }
        return "\(module.dropLast("Contracts".count)).\(name)"
    }

    /// Describes values that travel in one direction.
    ///
    /// - Parameters:
    ///   - use: The direction.
    ///   - describe: Makes the description.
    /// - Returns: The description.
    package mutating func describing<Described>(
        _ use: Use,
        _ describe: (inout SchemaComponents) -> Described
    ) -> Described {
        let before = self.use
        self.use = use
        defer { self.use = before }
        return describe(&self)
    }

    /// Refers to the schema of a type, which is described when it is first referred to.
    ///
    /// - Parameters:
    ///   - type: The type.
    ///   - describe: Makes the schema for the present `use`.
    /// - Returns: The reference.
    public mutating func reference<Value: ContractValue>(
        to type: Value.Type,
        _ describe: (inout SchemaComponents) -> JSONValue
    ) -> JSONValue {
        let name = type.schemaName
        let requestName = name + Self.requestSuffix
        if schemas[name] == nil {
            // A type that contains itself refers to these.
            schemas[name] = [:]
            schemas[requestName] = [:]
            let reply = describing(.reply, describe)
            let request = describing(.request, describe)
            schemas[name] = reply
            schemas[requestName] = request
            if request == reply { schemas.removeValue(forKey: requestName) }
        }
        let isRequest = use == .request && schemas[requestName] != nil
        return .reference(to: isRequest ? requestName : name)
    }

    /// Those of `schemas` that `parts` refer to, also by each other.
    public static func referred(by parts: [JSONValue], of schemas: JSONObject) -> JSONObject {
        var found: Set<String> = []
        var open = parts
        while let part = open.popLast() {
            switch part {
            case .array(let elements): open += elements
            case .object(let object):
                if let name = part.referencedName, let schema = schemas[name], found.insert(name).inserted {
                    open.append(schema)
                }
                open += object.members.map(\.value)
            case .null, .bool, .number, .string, .parameter: break
            }
        }
        return JSONObject(schemas.members.filter { found.contains($0.name) }.map { ($0.name, $0.value) })
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
        if schema == [:] { return schema }  // it admits null already
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
    /// `true` if the type writes a member that is `nil` as `null`.
    private let writesNil: Bool
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ components: SchemaComponents, writesNil: Bool) {
        self.components = components
        self.writesNil = writesNil
    }

    func record<Value: ContractValue>(_ type: Value.Type, _ name: String, isOptional: Bool) -> Value {
        if let flattened = type as? any FlattenedObject.Type {
            fields += flattened.fields(&components)
            return type.placeholder
        }
        let schema = type.schema(&components)
        // In a request, null stands for a missing member.
        let isNullable = isOptional && (components.use == .request || writesNil)
        fields.append(
            SchemaField(
                name: name,
                schema: isNullable ? SchemaComponents.nullable(schema) : schema,
                isRequired: isRequired(type, isOptional: isOptional)
            )
        )
        return type.placeholder
    }

    private func isRequired<Value: ContractValue>(_ type: Value.Type, isOptional: Bool) -> Bool {
        let member = type as? any OptionalMember.Type
        return switch components.use {
        case .request: !isOptional && member == nil
        case .reply: isOptional ? writesNil : member?.absent.isAbsent != true
        }
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
