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
    private let key: Key
    private let id: String
    private let isDescending: Bool
    private let page: PageRequest
    private let start: SQL?
    private let bytes: String?
    private let maximumBytes: Int

    /// - Parameters:
    ///   - column: A trusted expression of the key's type, never null.
    ///   - key: The column's type.
    ///   - id: The trusted name of the id's column.
    ///   - descending: Whether large comes before small, for column and id alike.
    ///   - page: What is asked for.
    ///   - bytes: A trusted expression for the approximate bytes of a row as an `integer`, for rows that may be large;
    ///     `nil` if a hundred are small.
    ///   - maximumBytes: The limit in bytes at which reading stops; the row that reaches it is read.
    /// - Throws: `ValidationError` when the cursor comes from a list in another order, or the page's number is beyond
    ///   `reach`.
    public init(
        _ column: String,
        as key: Key,
        id: String = "id",
        descending: Bool,
        page: PageRequest,
        bytes: String? = nil,
        maximumBytes: Int = Keyset.maximumBytes
    ) throws(ValidationError) {
        guard page.offset < Self.reach else {
            throw ValidationError(
                "page",
                .outOfRange,
                "Page numbers reach the first \(Self.reach) entries; follow pagination.nextCursor to go further."
            )
        }
        self.key = key
        self.bytes = bytes
        self.maximumBytes = maximumBytes
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
        case .time: StoredTime.infinite(text) ?? StoredTime.finite(text)
        }
    }

    /// The most bytes that the rows of a part have together, unless a list sets another limit.
    public static let maximumBytes = 4 << 20

    /// The number of rows that page numbers reach and that totals count to; cursors lead through all of them.
    ///
    /// PostgreSQL reads every row that it skips or counts.
    public static let reach = 10_000

    /// Reads the part of the list that the request asks for, and counts the list up to `reach` rows.
    ///
    /// - Parameters:
    ///   - columns: The columns, as trusted text.
    ///   - matching: The whole list, from `FROM` to the end of its condition.
    ///   - sql: Where the list is read.
    ///   - total: The number of rows in the whole list, if a counter knows.
    ///   - item: What a row shows.
    /// - Returns: The page, without rows that can't be read.
    /// - Throws: `PostgresError`, also if the statement does not fit the type.
    public func read<Row: PostgresRowDecodable & Sendable, Item>(
        _ columns: String,
        _ matching: SQL,
        from sql: any SQLExecutor,
        total: Int? = nil,
        item: (Row) -> Item
    ) async throws -> Page<Item> {
        let rows = try await sql.query(select(columns, matching))
        if let total = try total ?? knownTotal(rows) { return try page(reading: rows, total: total, item: item) }
        let counted: Int = try await sql.one(Self.count(matching))["total"]
        return try page(reading: rows, total: counted, item: item)
    }

    /// Reads the part of the list that the request asks for, with rows that are shown as they are.
    ///
    /// - Parameters:
    ///   - columns: The columns, as trusted text.
    ///   - matching: The whole list, from `FROM` to the end of its condition.
    ///   - sql: Where the list is read.
    ///   - total: The number of rows in the whole list, if a counter knows.
    ///   - type: What a row is read as.
    /// - Returns: The page, without rows that can't be read.
    /// - Throws: `PostgresError`, also if the statement does not fit the type.
    public func read<Item: PostgresRowDecodable & Sendable>(
        _ columns: String,
        _ matching: SQL,
        from sql: any SQLExecutor,
        total: Int? = nil,
        as type: Item.Type = Item.self
    ) async throws -> Page<Item> {
        try await read(columns, matching, from: sql, total: total, item: { (row: Item) in row })
    }

    /// The statement that counts a list up to `reach` rows, as `total`.
    ///
    /// - Parameter matching: The whole list, from `FROM` to the end of its condition.
    /// - Returns: A statement with one row.
    public static func count(_ matching: SQL) -> SQL {
        "SELECT count(*) AS total FROM (SELECT \(matching) LIMIT \(raw: String(reach))) AS counted"
    }

    /// The number of rows in the whole list, where it ends with the rows of a numbered page.
    private func knownTotal(_ rows: PostgresRows) throws -> Int? {
        guard page.cursor == nil, try isLast(rows), !rows.isEmpty || page.offset == 0 else { return nil }
        return page.offset + rows.count
    }

    /// The statement that reads the part: the columns, each row's position, and one row more than asked for, which
    /// tells whether there is a next part.
    ///
    /// - Parameters:
    ///   - columns: The columns, as trusted text.
    ///   - matching: The whole list, from `FROM` to the end of its condition.
    /// - Returns: A statement whose rows `page(reading:)` takes, in their order.
    public func select(_ columns: String, _ matching: SQL) -> SQL {
        let direction = isDescending ? "DESC" : "ASC"
        var condition: SQL = ""
        if let start { condition = " AND (\(raw: column), \(raw: id)) \(raw: isDescending ? "<" : ">") \(start)" }
        let part: SQL = """
            SELECT \(raw: columns), \(raw: key == .integer ? "(\(column))::bigint" : column) AS keyset_key,
                \(raw: id) AS keyset_id\(raw: bytes.map { ", \($0) AS row_bytes" } ?? "")
            \(matching)\(condition)
            ORDER BY \(raw: column) \(raw: direction), \(raw: id) \(raw: direction)
            LIMIT \(page.size + 1) OFFSET \(page.offset)
            """
        guard bytes != nil else { return part }
        return part.first(bytes: maximumBytes, by: "keyset_key \(direction), keyset_id \(direction)")
    }

    /// Makes the page from the readable rows; the others are left out, logged and counted.
    ///
    /// - Parameters:
    ///   - rows: The rows that `select` found.
    ///   - total: How many the whole list has.
    ///   - item: What a row shows.
    /// - Returns: The page, with a cursor for the next part if there is one.
    /// - Throws: `PostgresError` if the statement does not fit the type.
    public func page<Row: PostgresRowDecodable & Sendable, Item>(
        reading rows: some RandomAccessCollection<PostgresRow>,
        total: Int,
        item: (Row) -> Item
    ) throws -> Page<Item> {
        var items: [Item] = []
        var places: [Place] = []
        var last: Place?
        for row in rows.prefix(page.size) {
            let read = try row.readable { row in
                let place = try Place(row, key)
                last = place  // even if the rest can't be read
                return (place, try Row(row: row))
            }
            guard let (place, value) = read else { continue }
            places.append(place)
            items.append(item(value))
        }
        return Page(
            items,
            request: page,
            total: total,
            next: try isLast(rows) ? nil : last?.cursor,
            cursorAfter: { [places] in places[$0].cursor }
        )
    }

    /// Makes the page out of rows that are shown as they are.
    public func page<Item: PostgresRowDecodable>(
        reading rows: some RandomAccessCollection<PostgresRow>,
        total: Int,
        as type: Item.Type = Item.self
    ) throws -> Page<Item> {
        try page(reading: rows, total: total, item: { (row: Item) in row })
    }

    /// Tells whether no row of the list comes after those of the page.
    private func isLast(_ rows: some RandomAccessCollection<PostgresRow>) throws -> Bool {
        guard rows.count <= page.size, let row = rows.last else { return rows.isEmpty }
        return try bytes == nil || (row["bytes_so_far"] as Int) < maximumBytes
    }

    /// A time as a cursor names it; even a time that no contract writes has its place.
    private struct StoredTime: PostgresDecodable {
        let text: String

        init(postgres bytes: PostgresBytes, type: PostgresType) throws {
            let number: Int64 = try bytes.integer()
            text =
                switch number {
                case .max: "infinity"
                case .min: "-infinity"
                default: String(try PostgresTimestamp(postgres: bytes, type: type).microsecondsSince1970)
                }
        }

        /// A time in PostgreSQL's range, from 4713 BC on; the latest that fits the text is long before the last.
        static func finite(_ text: String) -> SQL? {
            guard let microseconds = Int64(text), microseconds >= -210_866_803_200_000_000 else { return nil }
            return "\(Timestamp(microseconds: microseconds))"
        }

        static func infinite(_ text: String) -> SQL? {
            for name in ["infinity", "-infinity"] where text.hasSameBytes(as: name) {
                return "\(raw: "'\(name)'::timestamptz")"
            }
            return nil
        }
    }

    /// A row's position in the list.
    private struct Place {
        let key: String
        let id: Identifier<Never>

        init(_ row: PostgresRow, _ type: Key) throws {
            key =
                switch type {
                case .text: try row["keyset_key"]
                case .integer: String(try row["keyset_key"] as Int)
                case .time: (try row["keyset_key"] as StoredTime).text
                }
            id = try row["keyset_id"]
        }

        var cursor: PageCursor { PageCursor(key: key, id: id.description) }
    }
}

extension SQL {
    /// The first rows of a statement up to the one that reaches a limit in bytes; the others stay in the database.
    ///
    /// - Parameters:
    ///   - maximum: The limit, in bytes as the statement's `integer` column `row_bytes` counts them.
    ///   - order: A trusted total order of its columns.
    /// - Returns: A statement with the columns, and `bytes_so_far`: the bytes of the rows up to this one.
    public func first(bytes maximum: Int, by order: String) -> SQL {
        """
        SELECT * FROM (
            SELECT part.*, sum(row_bytes) OVER (ORDER BY \(raw: order) ROWS UNBOUNDED PRECEDING) AS bytes_so_far
            FROM (\(self)) AS part
        ) AS part
        WHERE bytes_so_far - row_bytes < \(raw: String(maximum)) ORDER BY \(raw: order)
        """
    }
}

extension PageCursor {
    public init(_ key: String, _ id: Identifier<some Any>) { self.init(key: key, id: id.description) }
    public init(_ time: Timestamp, _ id: Identifier<some Any>) { self.init(String(time.microseconds), id) }
    public init(_ number: Int, _ id: Identifier<some Any>) { self.init(String(number), id) }
}
