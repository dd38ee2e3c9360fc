import Contracts
import Postgres
import ServiceKit

/// The part of a sorted list that a request asks for, as SQL: rows are compared by the sorted column and then by their
/// id, so that a cursor names one place and rows that are added shift nothing.
struct Keyset {
    /// Trusted names.
    let column: String
    let id: String
    let isDescending: Bool
    let page: PageRequest
    /// The cursor's key as a value of the column's type.
    private let start: SQL?

    init(_ column: String, id: String, descending: Bool, page: PageRequest, start: (String) -> SQL?) throws {
        self.column = column
        self.id = id
        isDescending = descending
        self.page = page
        self.start = page.cursor.flatMap { start($0.key) }
        guard page.cursor == nil || self.start != nil else {
            throw ValidationError("cursor", .badFormat, "Must be a cursor of a list that is sorted the same way.")
        }
    }

    /// By a column of type `timestamptz`; the cursor's key is in microseconds, since its text would lose them.
    init(time column: String, id: String, descending: Bool, page: PageRequest) throws {
        try self.init(column, id: id, descending: descending, page: page) { key in
            Int64(key).map { "\(Timestamp(microseconds: $0))" }
        }
    }

    /// Which rows come after the cursor.
    var condition: SQL {
        guard let start, let cursor = page.cursor, let last = Identifier<Never>(cursor.id) else { return "true" }
        return "(\(raw: column), \(raw: id)) \(raw: isDescending ? "<" : ">") (\(start), \(last))"
    }

    /// One row more than asked for, which tells whether there is a next part.
    var order: SQL {
        let direction = isDescending ? "DESC" : "ASC"
        return """
            ORDER BY \(raw: column) \(raw: direction), \(raw: id) \(raw: direction) \
            LIMIT \(page.size + 1) OFFSET \(page.offset)
            """
    }

    /// Makes the page out of the rows found.
    func page<Row, Item>(
        _ rows: [Row],
        total: Int,
        item: (Row) -> Item,
        key: (Row) -> (String, id: String)
    ) -> Page<Item> {
        let shown = rows.prefix(page.size)
        let last = rows.count > page.size ? shown.last.map(key) : nil
        return Page(shown.map(item), request: page, total: total, next: last.map { PageCursor(key: $0.0, id: $0.id) })
    }
}
