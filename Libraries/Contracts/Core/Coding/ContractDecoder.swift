/// Walks a contract type's synthesised `init(from:)` over a JSON tree, and goes on after a fault.
final class ContractDecoder: Decoder {
    let json: JSONValue
    let reader: ContractReader
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ json: JSONValue, _ reader: ContractReader) {
        self.json = json
        self.reader = reader
    }

    func read<Value: ContractValue>(_ type: Value.Type) -> Value {
        type.read(json, reader)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Members<Key>(object: json.objectValue ?? JSONObject(), reader: reader))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw UnsupportedCoder() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw UnsupportedCoder() }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let reader: ContractReader
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { object.names.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }
    func decodeNil(forKey key: Key) throws -> Bool { object[key.stringValue] == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        guard let contract = type as? any ContractValue.Type, let value = read(contract, key.stringValue) as? Value
        else {
            preconditionFailure("\(type) is no ContractValue, so it cannot stand in a contract")
        }
        return value
    }

    /// Reads a member that must be there.
    private func read<Value: ContractValue>(_ type: Value.Type, _ name: String) -> Value {
        if type.membership == .flattened, let flattened = type as? any FlattenedObject.Type {
            guard let value = flattened.read(object, reader) as? Value else { return type.placeholder }
            return value
        }
        let json = object[name]
        if json == nil || json == .null, let optional = type as? any OptionalMember.Type {
            let value = json == nil ? optional.absent : reader.inside(name) { optional.read(.null, reader) }
            return value as? Value ?? type.placeholder
        }
        return reader.inside(name) {
            guard let json, json != .null || type is any NullableValue.Type else {
                reader.fail(.required, "Is required.")
                return type.placeholder
            }
            return type.read(json, reader)
        }
    }

    /// Reads a member that may be missing or null.
    private func readIfPresent<Value: ContractValue>(_ type: Value.Type, _ name: String) -> Value? {
        guard let json = object[name], json != .null else { return nil }
        return reader.inside(name) { type.read(json, reader) }
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let contract = type as? any ContractValue.Type else {
            preconditionFailure("\(type) is no ContractValue, so it cannot stand in a contract")
        }
        return readIfPresent(contract, key.stringValue) as? Value
    }

    // The compiler calls these for the primitive types; those that no contract uses have no reader.
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { read(type, key.stringValue) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { read(type, key.stringValue) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { read(type, key.stringValue) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { read(type, key.stringValue) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { read(type, key.stringValue) }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { readIfPresent(type, key.stringValue) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        readIfPresent(type, key.stringValue)
    }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
        readIfPresent(type, key.stringValue)
    }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { readIfPresent(type, key.stringValue) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { readIfPresent(type, key.stringValue) }
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

/// A value for which `null` is a value like another, not an absence.
public protocol NullableValue: ContractValue {}
