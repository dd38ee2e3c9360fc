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

extension JSONValue {
    /// Texts and names are equal when their UTF-8 is, so that comparing takes linear time whatever they hold.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)), (.string(let left), .string(let right)),
            (.parameter(let left), .parameter(let right)):
            left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let text), .string(let text), .parameter(let text): hasher.combine(UTF8Key(text))
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

/// The members of a JSON object in the order they were written; names are unique as UTF-8.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [(name: String, value: JSONValue)] = []
    /// Where each member stands; kept only for objects of more than `largestUnindexed` members.
    private var positions: [UTF8Key: Int] = [:]

    /// Up to so many members a search from the first on is faster than hashing.
    private static let largestUnindexed = 16

    public init() {}

    public init(_ members: [(String, JSONValue)]) {
        for (name, value) in members { self[name] = value }
    }

    public var names: [String] { members.map(\.name) }
    public var isEmpty: Bool { members.isEmpty }

    /// The member of that name; setting `nil` removes it, which takes linear time.
    public subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): remove(at: index)
            case (nil, let value?): append(name, value)
            case (nil, nil): break
            }
        }
    }

    private func position(of name: String) -> Int? {
        members.count > Self.largestUnindexed
            ? positions[UTF8Key(name)] : members.firstIndex { $0.name.hasSameBytes(as: name) }
    }

    private mutating func append(_ name: String, _ value: JSONValue) {
        members.append((name, value))
        if members.count == Self.largestUnindexed + 1 {
            reindex()
        } else if members.count > Self.largestUnindexed {
            positions[UTF8Key(name)] = members.count - 1
        }
    }

    private mutating func remove(at index: Int) {
        members.remove(at: index)
        if members.count > Self.largestUnindexed { reindex() } else { positions = [:] }
    }

    private mutating func reindex() {
        positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { (UTF8Key($1.name), $0) })
    }

    /// Adds a member unless there is one of that name.
    ///
    /// - Returns: Whether it was added.
    mutating func insert(_ name: String, _ value: JSONValue) -> Bool {
        guard position(of: name) == nil else { return false }
        append(name, value)
        return true
    }

    func contains(_ name: String) -> Bool { position(of: name) != nil }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        return left.members.indices.allSatisfy { index in
            let member = left.members[index]
            // Mostly both were written in the same order.
            let other = right.members[index]
            if other.name.hasSameBytes(as: member.name) { return other.value == member.value }
            return right.position(of: member.name).map { right.members[$0].value == member.value } ?? false
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        hasher.combine(members.reduce(0) { $0 ^ UTF8Key($1.name).hashValue })
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
        case .number(let text): Int(text)
        case .parameter(let text): Self.isDecimalInteger(text) ? Int(text) : nil
        default: nil
        }
    }

    /// The number nearest to what was written; infinite outside a double's range.
    public var doubleValue: Double? {
        switch self {
        case .number(let text): Double(text)
        case .parameter(let text): Self.isDecimalInteger(text) ? Double(text) : nil
        default: nil
        }
    }

    /// Numbers in paths and queries are decimal integers: no sign but `-`, no exponent, nothing hexadecimal.
    private static func isDecimalInteger(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return (1...19).contains(digits.count)
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    public var boolValue: Bool? {
        switch self {
        case .bool(let value): value
        case .parameter(let text) where text.hasSameBytes(as: "true"): true
        case .parameter(let text) where text.hasSameBytes(as: "false"): false
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
