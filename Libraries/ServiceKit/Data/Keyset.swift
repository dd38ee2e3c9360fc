public import Contracts
public import Postgres

/// The part of a sorted list that a request asks for, as SQL: rows are ordered by a column and then by their id, so that a
/// cursor names one place and rows that are added shift nothing.
public struct Keyset: Sendable {
    /// What a cursor's key is compared as.
    public enum Key: Sendable {
        /// In byte order, which every machine agrees on.
        case text
        case integer
        /// In microseconds, since a time's text would lose them.
        case time
    }

    private let column: String
    private let id: String
    private let isDescending: Bool
    private let page: PageRequest
    private let start: SQL?

    /// - Parameters:
    ///   - column: A trusted expression of the key's type, never null.
    ///   - key: The column's type.
    ///   - id: The trusted name of the id's column.
    ///   - descending: Whether large comes before small, for column and id alike.
    ///   - page: What is asked for.
    /// - Throws: `ValidationError` when the cursor comes from a list in another order.
    public init(
        _ column: String,
        as key: Key,
        id: String = "id",
        descending: Bool,
        page: PageRequest
    ) throws(ValidationError) {
        self.column = key == .text ? "\(column) COLLATE \"C\"" : column
        self.id = id
        self.page = page
        isDescending = descending
        start = try page.cursor.map { cursor throws(ValidationError) in
            guard let value = Self.value(cursor.key, as: key), let last = Identifier<Never>(cursor.id) else {
                throw ValidationError("cursor", .badFormat, "Must be a cursor of a list that is sorted the same way.")
            }
            return "(\(value), \(last))"
        }
    }

    private static func value(_ text: String, as key: Key) -> SQL? {
        switch key {
        case .text: "\(text)"
        case .integer: Int64(text).map { "\($0)" }
        case .time: Int64(text).map { "\(Timestamp(microseconds: $0))" }
        }
    }

    /// Which rows come after the cursor.
    public var condition: SQL {
        guard let start else { return "true" }
        return "(\(raw: column), \(raw: id)) \(raw: isDescending ? "<" : ">") \(start)"
    }

    /// `ORDER BY … LIMIT … OFFSET …`, for one row more than asked for, which tells whether there is a next part.
    public var order: SQL {
        let direction = isDescending ? "DESC" : "ASC"
        return """
            ORDER BY \(raw: column) \(raw: direction), \(raw: id) \(raw: direction) \
            LIMIT \(page.size + 1) OFFSET \(page.offset)
            """
    }

    /// Makes the page out of the rows found.
    ///
    /// - Parameters:
    ///   - rows: As `order` limited them.
    ///   - total: How many the whole list has.
    ///   - item: What a row shows.
    ///   - cursor: Where a row stands in the list.
    /// - Returns: The page, with a cursor for the next part if there is one.
    public func page<Row: Sendable, Item>(
        _ rows: [Row],
        total: Int,
        item: (Row) -> Item,
        cursor: @escaping @Sendable (Row) -> PageCursor
    ) -> Page<Item> {
        page(Array(rows.prefix(page.size)), isLast: rows.count <= page.size, total: total, item: item, cursor: cursor)
    }

    /// Makes the page out of rows that are shown as they are.
    public func page<Item: Sendable>(
        _ rows: [Item],
        total: Int,
        cursor: @escaping @Sendable (Item) -> PageCursor
    ) -> Page<Item> {
        page(rows, total: total, item: \.self, cursor: cursor)
    }

    /// Makes the page out of the rows that can be read; the others are left out, logged and counted.
    ///
    /// - Parameters:
    ///   - rows: As `order` limited them.
    ///   - total: How many the whole list has.
    ///   - item: What a row shows.
    ///   - cursor: Where a row stands in the list.
    /// - Returns: The page, with a cursor for the next part if there is one.
    /// - Throws: `PostgresError` when the statement does not fit the type.
    public func page<Row: PostgresRowDecodable & Sendable, Item>(
        reading rows: PostgresRows,
        total: Int,
        item: (Row) -> Item,
        cursor: @escaping @Sendable (Row) -> PageCursor
    ) throws -> Page<Item> {
        let readable: [Row] = try rows.prefix(page.size).readable()
        return page(readable, isLast: rows.count <= page.size, total: total, item: item, cursor: cursor)
    }

    private func page<Row: Sendable, Item>(
        _ shown: [Row],
        isLast: Bool,
        total: Int,
        item: (Row) -> Item,
        cursor: @escaping @Sendable (Row) -> PageCursor
    ) -> Page<Item> {
        Page(
            shown.map(item),
            request: page,
            total: total,
            next: isLast ? nil : shown.last.map(cursor),
            cursorAfter: { cursor(shown[$0]) }
        )
    }
}

extension PageCursor {
    public init(_ key: String, _ id: Identifier<some Any>) { self.init(key: key, id: id.description) }
    public init(_ time: Timestamp, _ id: Identifier<some Any>) { self.init(String(time.microseconds), id) }
    public init(_ number: Int, _ id: Identifier<some Any>) { self.init(String(number), id) }
}

extension String {
    /// The pattern that finds the text anywhere with `LIKE` or `ILIKE`, its own `%`, `_` and `\` taken as they are.
    public var containedPattern: String {
        let escaped = map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "%\(escaped)%"
    }
}

extension SearchText {
    /// The pattern that finds the text anywhere with `ILIKE`.
    public var containedPattern: String { text.containedPattern }
}
