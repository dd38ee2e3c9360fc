/// A struct whose properties are its JSON members: nothing but the properties has to be written.
public protocol ContractObject: ContractValue {
    /// Checks what concerns several fields together, once each field alone is right.
    ///
    /// When one is not, it is called as well, with a placeholder for that field, and only its `required` faults count.
    func validate(_ reader: ContractReader)

    /// `true` if a property that is `nil` is written as `null`; `false` if its member is left out.
    static var writesNil: Bool { get }
}

/// Several members that are declared together and stand beside their owner's own, such as `page`, `limit` and `cursor`.
public protocol FlattenedObject: ContractObject {}

/// A value whose member may be missing although its type is no `Optional`.
public protocol OptionalMember: ContractValue {
    static var absent: Self { get }
    /// Whether the member is left out when written.
    var isAbsent: Bool { get }
}

extension FlattenedObject {
    public static var membership: Membership { .flattened }
}

extension OptionalMember {
    public static var membership: Membership { .optional }
}

extension ContractObject {
    public static var writesNil: Bool { true }

    public func validate(_ reader: ContractReader) {}

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard case .object(let object) = json else {
            reader.fail(.wrongType, "Must be an object.")
            return placeholder
        }
        return read(object, reader)
    }

    static func read(_ object: JSONObject, _ reader: ContractReader) -> Self {
        let known = reader.errors.count
        let value = decode(ContractDecoder(.object(object), reader))
        if reader.errors.count == known {
            value.validate(reader)
        } else {
            // What else is missing is told at once; other rules would judge the placeholders of what is wrong.
            reader.onlyMissing { value.validate(reader) }
        }
        return value
    }

    public static var placeholder: Self {
        decode(ContractDecoder(.object(JSONObject()), ContractReader(isSilent: true)))
    }

    private static func decode(_ decoder: ContractDecoder) -> Self {
        do { return try synthesized(decoder) } catch {
            // Only a hand-written `init(from:)` could throw, and contract types have none.
            preconditionFailure("\(Self.self) cannot be decoded: \(error)")
        }
    }

    /// The initialiser that the compiler made from the properties.
    private static func synthesized(_ decoder: ContractDecoder) throws -> Self { try Self(from: decoder) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { SchemaComponents.object(fields(&$0)) }
    }

    public func write(to writer: inout JSONWriter) {
        let encoder = ContractEncoder(writer, writesNil: Self.writesNil)
        encoder.writer.beginObject()
        encodeMembers(encoder)
        encoder.writer.endObject()
        writer = encoder.writer
    }

    func encodeMembers(_ encoder: ContractEncoder) {
        do { try encode(to: encoder) } catch {
            preconditionFailure("\(Self.self) cannot be encoded: \(error)")
        }
    }

    /// The members that the type declares, learnt by walking its initialiser once.
    public static func fields(_ components: inout SchemaComponents) -> [SchemaField] {
        let recorder = FieldRecorder(components, writesNil: writesNil)
        do { _ = try Self(from: recorder) } catch {
            preconditionFailure("\(Self.self) cannot be walked: \(error)")
        }
        components = recorder.components
        return recorder.fields
    }
}
