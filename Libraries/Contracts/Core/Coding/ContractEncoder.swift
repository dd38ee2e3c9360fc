/// Walks a contract type's synthesised `encode(to:)` and writes its members into a `JSONWriter`.
///
/// A property that is `nil` is written as `null`, so that a client always sees the same members, unless the type's
/// `writesNil` says that they are left out.
final class ContractEncoder: Encoder {
    var writer: JSONWriter
    let writesNil: Bool
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ writer: JSONWriter, writesNil: Bool) {
        self.writer = writer
        self.writesNil = writesNil
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(MemberWriter<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { preconditionFailure("Contract types have members only") }
    func singleValueContainer() -> any SingleValueEncodingContainer {
        preconditionFailure("Contract types have members only")
    }
}

private struct MemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ContractEncoder
    var codingPath: [any CodingKey] { [] }

    private func write<Value: ContractValue>(_ value: Value, _ name: String) {
        switch Value.membership {
        case .named: break
        case .flattened:
            (value as? any FlattenedObject)?.encodeMembers(encoder)
            return
        case .optional: if (value as? any OptionalMember)?.isAbsent == true { return }
        }
        encoder.writer.name(name)
        value.write(to: &encoder.writer)
    }

    private func writeIfPresent(_ value: (some ContractValue)?, _ name: String) {
        guard let value else { return encodeNull(name) }
        write(value, name)
    }

    private func encodeNull(_ name: String) {
        guard encoder.writesNil else { return }
        encoder.writer.name(name)
        encoder.writer.null()
    }

    mutating func encodeNil(forKey key: Key) throws { encodeNull(key.stringValue) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        guard let contract = value as? any ContractValue else {
            preconditionFailure("\(Value.self) is no ContractValue, so it cannot stand in a contract")
        }
        write(contract, key.stringValue)
    }

    mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        guard let value else { return encodeNull(key.stringValue) }
        try encode(value, forKey: key)
    }

    // The compiler calls these for the primitive types; those that no contract uses cannot be written.
    mutating func encode(_ value: Bool, forKey key: Key) throws { write(value, key.stringValue) }
    mutating func encode(_ value: String, forKey key: Key) throws { write(value, key.stringValue) }
    mutating func encode(_ value: Double, forKey key: Key) throws { write(value, key.stringValue) }
    mutating func encode(_ value: Int, forKey key: Key) throws { write(value, key.stringValue) }
    mutating func encode(_ value: Int64, forKey key: Key) throws { write(value, key.stringValue) }
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { writeIfPresent(value, key.stringValue) }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { writeIfPresent(value, key.stringValue) }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { writeIfPresent(value, key.stringValue) }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { writeIfPresent(value, key.stringValue) }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { writeIfPresent(value, key.stringValue) }
    mutating func encode(_ value: Float, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: Int8, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: Int16, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: Int32, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: UInt, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: UInt8, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: UInt16, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: UInt32, forKey key: Key) throws { throw UnsupportedCoder() }
    mutating func encode(_ value: UInt64, forKey key: Key) throws { throw UnsupportedCoder() }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    )
        -> KeyedEncodingContainer<Nested>
    { preconditionFailure("Contract types nest by property") }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        preconditionFailure("Contract types nest by property")
    }
    mutating func superEncoder() -> any Encoder { preconditionFailure("Contract types are structs") }
    mutating func superEncoder(forKey key: Key) -> any Encoder { preconditionFailure("Contract types are structs") }
}
