/// A list whose length has bounds of its own.
public struct BoundedList<Element: ContractValue, let minimum: Int, let maximum: Int>: ContractLeaf {
    public let elements: [Element]

    /// - Returns: `nil` when the list is too short or too long.
    public init?(_ elements: [Element]) {
        guard (minimum...maximum).contains(elements.count) else { return nil }
        self.elements = elements
    }

    /// The first elements of a list that may be too long.
    ///
    /// - Parameter elements: At least `minimum` of them.
    public init(prefix elements: [Element]) {
        precondition(elements.count >= minimum, "The list is too short")
        self.elements = Array(elements.prefix(maximum))
    }

    private init(unchecked elements: [Element]) { self.elements = elements }

    public static var placeholder: Self {
        Self(unchecked: Array(repeating: Element.placeholder, count: minimum))
    }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        var schema = JSONObject([("type", "array"), ("items", Element.schema(&components))])
        if minimum > 0 { schema["minItems"] = .integer(minimum) }
        schema["maxItems"] = .integer(maximum)
        return .object(schema)
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        // Counted before the elements are read, so that an overlong list costs nothing.
        guard let count = json.arrayValue?.count else {
            return Self(unchecked: [Element].read(json, reader, upTo: maximum))
        }
        guard reader.isStored || count >= minimum else {
            reader.fail(.tooShort, "Must have at least \(minimum) element\(minimum == 1 ? "" : "s").")
            return placeholder
        }
        guard reader.isStored || count <= maximum else {
            reader.fail(.tooLong, "Must have at most \(maximum) elements.")
            return placeholder
        }
        return Self(unchecked: [Element].read(json, reader, upTo: maximum))
    }

    public func write(to writer: inout JSONWriter) { elements.write(to: &writer) }
}

extension BoundedList: Equatable where Element: Equatable {}
extension BoundedList: Hashable where Element: Hashable {}
