/// A word out of a fixed list: an enum whose raw values are the words on the wire.
public protocol ChoiceValue: ContractValue, RawRepresentable, CaseIterable, Hashable where RawValue == String {}

extension ChoiceValue {
    public static var placeholder: Self {
        guard let first = allCases.first else { preconditionFailure("\(Self.self) has no cases") }
        return first
    }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            ["type": "string", "enum": .array(allCases.map { .string($0.rawValue) })]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard let text = json.stringValue, let choice = allCases.first(where: { $0.rawValue.hasSameBytes(as: text) })
        else {
            reader.fail(.notAllowed, "Must be one of: \(allCases.map(\.rawValue).joined(separator: ", ")).")
            return placeholder
        }
        return choice
    }

    public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

/// A member of a merge patch (RFC 7396): left alone, removed, or set.
public enum Patch<Value: ContractValue & Equatable>: ContractLeaf, OptionalMember, Equatable {
    case keep
    case remove
    case set(Value)

    /// The member after the patch.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .remove: nil
        case .set(let value): value
        }
    }

    public static var absent: Self { .keep }
    public static var placeholder: Self { .keep }
    public var isAbsent: Bool { self == .keep }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        SchemaComponents.nullable(Value.schema(&components))
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        json == .null ? .remove : .set(Value.read(json, reader))
    }

    public func write(to writer: inout JSONWriter) {
        if case .set(let value) = self { value.write(to: &writer) } else { writer.null() }
    }
}

/// A whole number within bounds.
public struct Whole<let minimum: Int, let maximum: Int>: ContractLeaf, Hashable {
    public let value: Int

    /// - Returns: `nil` outside of the bounds.
    public init?(_ value: Int) {
        guard (minimum...maximum).contains(value) else { return nil }
        self.value = value
    }

    private init(unchecked value: Int) { self.value = value }

    public static var placeholder: Self { Self(unchecked: minimum) }

    public static var schemaName: String { "Whole\(minimum)To\(maximum)" }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            ["type": "integer", "minimum": .integer(minimum), "maximum": .integer(maximum)]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard let number = json.doubleValue, let value = json.intValue ?? Int(exactly: number) else {
            reader.fail(.wrongType, "Must be a whole number.")
            return placeholder
        }
        guard let whole = Self(value) else {
            reader.fail(.outOfRange, "Must lie between \(minimum) and \(maximum).")
            return placeholder
        }
        return whole
    }

    public func write(to writer: inout JSONWriter) { writer.integer(value) }
}
