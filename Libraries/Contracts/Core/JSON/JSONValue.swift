/// A JSON text as a tree (RFC 8259), with numbers kept as they were written.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The digits as they stood in the text, so that large integers and decimals survive.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
    /// Text from a path or a query string, which is read as whatever the field's type is. Never in a JSON text.
    case parameter(String)
}

/// The members of a JSON object in the order they were written; names are unique.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [(name: String, value: JSONValue)] = []

    public init() {}

    public init(_ members: [(String, JSONValue)]) {
        for (name, value) in members { self[name] = value }
    }

    public var names: [String] { members.map(\.name) }
    public var isEmpty: Bool { members.isEmpty }

    /// The member of that name; setting `nil` removes it.
    ///
    /// Objects here are small, so the search is linear.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) {
        members.append((name, value))
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// The member of an object, or `nil` for anything that is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    public var stringValue: String? {
        switch self {
        case .string(let text), .parameter(let text): text
        default: nil
        }
    }

    public var intValue: Int? {
        switch self {
        case .number(let text), .parameter(let text): Int(text)
        default: nil
        }
    }

    public var doubleValue: Double? {
        switch self {
        case .number(let text), .parameter(let text): Double(text)
        default: nil
        }
    }

    public var boolValue: Bool? {
        switch self {
        case .bool(let value): value
        case .parameter("true"): true
        case .parameter("false"): false
        default: nil
        }
    }

    public var arrayValue: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    public var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }
}
