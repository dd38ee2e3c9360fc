/// Which part of a list is asked for: by page number, or from where a previous part ended.
public struct PageRequest: FlattenedObject, Equatable {
    public let page: Whole<1, 1_000_000>?
    public let limit: Whole<1, 100>?
    public let cursor: PageCursor?

    public init(page: Int = 1, limit: Int = 20, cursor: PageCursor? = nil) {
        self.page = Whole(page)
        self.limit = Whole(limit)
        self.cursor = cursor
    }

    public var size: Int { limit?.value ?? 20 }
    public var number: Int { page?.value ?? 1 }
    /// How many rows come before the page; 0 when a cursor says where to start.
    public var offset: Int { cursor == nil ? (number - 1) * size : 0 }
}

/// Where a part of a list ended: the sort key and the id of its last row, so that added rows shift nothing.
public struct PageCursor: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }

    /// - Parameters:
    ///   - key: The last row's sort key as text.
    ///   - id: The last row's id.
    public init(key: String, id: String) {
        let json = JSONValue.array([.string(key), .string(id)])
        text = Base64URL.encode(json.bytes)
    }

    public var key: String { parts?.key ?? "" }
    public var id: String { parts?.id ?? "" }

    private var parts: (key: String, id: String)? { Self.parts(text) }

    private static func parts(_ text: String) -> (key: String, id: String)? {
        guard let bytes = Base64URL.decode(text),
            let json = try? JSONParser.parse(cursor: bytes),  // any fault is a bad cursor
            let values = json.arrayValue, values.count == 2, let key = values[0].stringValue,
            let id = values[1].stringValue, Identifier<Never>(id) != nil
        else { return nil }
        return (key, id)
    }

    /// Longer than any cursor that is made: a sort key of 1,000 characters of four bytes each takes some 5,400.
    public static let rule = TextRule(
        1...5_500,
        example: PageCursor(key: "", id: "\(Identifier<Never>.placeholder)").text
    ) {
        parts($0) == nil ? "Must be a cursor from an earlier page's pagination.nextCursor." : nil
    }
}

/// What a list is sorted by: a field, or `-` and a field for the other way round.
public struct Sort<Field: ChoiceValue>: ContractLeaf, Equatable {
    public let field: Field
    public let isDescending: Bool

    public init(_ field: Field, descending: Bool = false) {
        self.field = field
        self.isDescending = descending
    }

    private static var words: [String] { Field.allCases.flatMap { [$0.rawValue, "-\($0.rawValue)"] } }
    public static var placeholder: Self { Self(.placeholder) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        let text = json.stringValue ?? ""
        let isDescending = text.utf8.first == UInt8(ascii: "-")
        let name = isDescending ? Substring(text.utf8.dropFirst()) : text[...]
        guard let field = Field.allCases.first(where: { $0.rawValue.hasSameBytes(as: name) }) else {
            reader.fail(.notAllowed, "Must be one of: \(words.joined(separator: ", ")).")
            return placeholder
        }
        return Self(field, descending: isDescending)
    }

    public func write(to writer: inout JSONWriter) {
        writer.string((isDescending ? "-" : "") + field.rawValue)
    }
}

/// Where a page stands in its list.
public struct Pagination: ContractObject, Equatable {
    public let page: Int
    public let limit: Int
    /// The number of entries, counted up to a limit where no counter has it.
    public let total: Int
    public let totalPages: Int
    public let nextCursor: PageCursor?
}

/// One part of a list.
///
/// Its JSON ends at about `maximumBytes`, before `limit` if need be, with `nextCursor` for what follows.
public struct Page<Item: ContractValue>: Sendable {
    public let items: [Item]
    public let pagination: Pagination
    /// Where the part ends if it ends with the item at that index; `nil` when that isn't known and the page is not cut.
    let cursorAfter: (@Sendable (Int) -> PageCursor)?

    /// About how many bytes of JSON a page may have: it ends with the item that goes beyond them.
    public static var maximumBytes: Int { 4 * 1024 * 1024 }

    /// - Parameters:
    ///   - items: At most as many as were asked for.
    ///   - request: What was asked for.
    ///   - total: How many the whole list has.
    ///   - next: Where the next part starts; `nil` after the last.
    ///   - cursorAfter: Where the part after the item at an index starts, for a page that becomes too large.
    public init(
        _ items: [Item],
        request: PageRequest,
        total: Int,
        next: PageCursor?,
        cursorAfter: (@Sendable (Int) -> PageCursor)? = nil
    ) {
        self.items = items
        self.cursorAfter = cursorAfter
        pagination = Pagination(
            page: request.number,
            limit: request.size,
            total: total,
            totalPages: (total + request.size - 1) / request.size,
            nextCursor: next
        )
    }

    init(items: [Item], pagination: Pagination) {
        self.items = items
        self.pagination = pagination
        cursorAfter = nil
    }
}

extension Pagination {
    func continued(from cursor: PageCursor?) -> Pagination {
        Pagination(page: page, limit: limit, total: total, totalPages: totalPages, nextCursor: cursor)
    }
}

extension Page: Equatable where Item: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        left.items == right.items && left.pagination == right.pagination
    }
}

/// Base64 with the URL alphabet and without padding (RFC 4648 §5).
public enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    public static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        var buffer = 0
        var bits = 0
        for byte in bytes {
            buffer = (buffer << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                output.append(alphabet[buffer >> bits & 63])
            }
        }
        if bits > 0 { output.append(alphabet[buffer << (6 - bits) & 63]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: `nil` for a foreign character or bits that no whole byte takes.
    public static func decode(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var buffer = 0
        var bits = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = (buffer << 6 | value) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(buffer >> bits & 255))
            }
        }
        return bits < 6 && buffer & (1 << bits - 1) == 0 ? output : nil
    }
}
