extension Bool: ContractValue {
    public static var placeholder: Bool { false }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue { ["type": "boolean"] }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Bool {
        if let value = json.boolValue { return value }
        reader.fail(.wrongType, "Must be true or false.")
        return placeholder
    }

    public func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension Int: ContractValue {
    public static var placeholder: Int { 0 }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            ["type": "integer", "minimum": .integer(-SafeInteger.limit), "maximum": .integer(SafeInteger.limit)]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Int {
        Int(Int64.read(json, reader))
    }

    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Int64: ContractValue {
    public static var placeholder: Int64 { 0 }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue { Int.schema(&components) }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Int64 {
        guard let number = json.doubleValue, let value = json.intValue.map(Int64.init) ?? Int64(exactly: number) else {
            reader.fail(.wrongType, "Must be a whole number.")
            return placeholder
        }
        guard value.magnitude <= SafeInteger.limit else {
            reader.fail(.outOfRange, "Must lie between -\(SafeInteger.limit) and \(SafeInteger.limit).")
            return placeholder
        }
        return value
    }

    public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

/// The range in which every JSON reader keeps whole numbers exact (RFC 7493 §2.2).
enum SafeInteger {
    static let limit = 9_007_199_254_740_991
}

extension Double: ContractValue {
    public static var placeholder: Double { 0 }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue { ["type": "number"] }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Double {
        guard let value = json.doubleValue else {
            reader.fail(.wrongType, "Must be a number.")
            return placeholder
        }
        guard json.isStorable, JSONNumber.isStorable("\(value)") else {
            reader.failNumber()
            return placeholder
        }
        return value
    }

    public func write(to writer: inout JSONWriter) { writer.double(self) }
}

extension String: ContractValue {
    /// The most characters that any text of a request may have.
    public static let maximumLength = 20_000

    public static var placeholder: String { "" }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        ["type": "string", "maxLength": .integer(maximumLength)]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> String {
        guard let text = json.stringValue else {
            reader.fail(.wrongType, "Must be a text.")
            return placeholder
        }
        guard reader.isStored || text.utf8.count <= maximumLength || text.unicodeScalars.count <= maximumLength else {
            reader.fail(.tooLong, "Must have at most \(maximumLength) characters.")
            return placeholder
        }
        guard !text.utf8.contains(0) else {
            reader.failNUL()
            return placeholder
        }
        return text
    }

    public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Array: ContractValue where Element: ContractValue {
    /// The most elements that a list of a request may have, unless it is a `BoundedList`.
    public static var maximumCount: Int { 1_000 }

    public static var placeholder: [Element] { [] }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        ["type": "array", "items": Element.schema(&components), "maxItems": .integer(maximumCount)]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> [Element] {
        read(json, reader, upTo: maximumCount)
    }

    /// Reads a list of at most so many elements.
    static func read(_ json: JSONValue, _ reader: ContractReader, upTo maximum: Int) -> [Element] {
        let elements: [JSONValue]
        switch json {
        case .array(let values): elements = values
        case .parameter(let text): elements = text.split(separator: ",").map { .parameter(String($0)) }
        default:
            reader.fail(.wrongType, "Must be a list.")
            return placeholder
        }
        guard reader.isStored || elements.count <= maximum else {
            reader.fail(.tooLong, "Must have at most \(maximum) elements.")
            return placeholder
        }
        return elements.enumerated().map { index, element in
            reader.inside(String(index)) { Element.read(element, reader) }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }
}

extension Dictionary: ContractValue where Key == String, Value: ContractValue {
    /// The most members that any dictionary of a request may have.
    public static var maximumCount: Int { 1_000 }

    public static var placeholder: [String: Value] { [:] }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        [
            "type": "object", "additionalProperties": Value.schema(&components),
            "maxProperties": .integer(maximumCount),
        ]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> [String: Value] {
        guard case .object(let object) = json else {
            reader.fail(.wrongType, "Must be an object.")
            return placeholder
        }
        guard reader.isStored || object.members.count <= maximumCount else {
            reader.fail(.tooLong, "Must have at most \(maximumCount) members.")
            return placeholder
        }
        var result: [String: Value] = [:]
        for (name, value) in object.members {
            // Names are the same to a dictionary if they look the same, so that one would replace the other.
            if result[name] != nil { reader.inside(name) { reader.fail(.duplicate, "Must be given once.") } }
            result[name] = reader.inside(name) { Value.read(value, reader) }
        }
        return result
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            value.write(to: &writer)
        }
        writer.endObject()
    }
}

/// Any JSON, as for a form's answers, whose rules only the form knows.
extension JSONValue: ContractLeaf, NullableValue {
    public static var placeholder: JSONValue { .null }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue { [:] }
    public static func read(_ json: JSONValue, _ reader: ContractReader) -> JSONValue {
        json.checkStorable(reader) ? json : placeholder
    }

    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

/// JSON text that is passed on as it is, such as a document that PostgreSQL stores.
public struct RawJSON: ContractLeaf, NullableValue, Equatable {
    public let bytes: [UInt8]

    /// - Parameter bytes: Valid JSON in UTF-8; nothing checks it again.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The value, to become part of a greater whole.
    public var tree: JSONValue {
        (try? JSONParser.parse(bytes)) ?? [:]  // what it was read from was valid JSON
    }

    public static var placeholder: RawJSON { RawJSON(bytes: Array("null".utf8)) }
    public static func schema(_ components: inout SchemaComponents) -> JSONValue { [:] }
    public static func read(_ json: JSONValue, _ reader: ContractReader) -> RawJSON {
        json.checkStorable(reader) ? RawJSON(bytes: json.bytes) : placeholder
    }

    public func write(to writer: inout JSONWriter) { writer.raw(bytes) }
}
