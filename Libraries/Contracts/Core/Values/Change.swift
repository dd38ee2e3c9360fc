/// A member of a merge patch (RFC 7396) that can be set anew but not removed: a `null` is a fault.
public enum Change<Value: ContractValue & Equatable>: ContractLeaf, OptionalMember, Equatable {
    case keep
    case set(Value)

    /// Sets a value, or keeps the current one for `nil`.
    public init(_ new: Value?) { self = new.map(Self.set) ?? .keep }

    /// The member after the patch.
    public func applied(to current: Value) -> Value {
        switch self {
        case .keep: current
        case .set(let value): value
        }
    }

    public static var absent: Self { .keep }
    public static var placeholder: Self { .keep }
    public var isAbsent: Bool { self == .keep }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue { Value.schema(&components) }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        if json == .null {
            reader.fail(.required, "Cannot be removed.")
            return .keep
        }
        return .set(Value.read(json, reader))
    }

    public func write(to writer: inout JSONWriter) {
        if case .set(let value) = self { value.write(to: &writer) } else { writer.null() }
    }
}
