import Contracts
import FormsContracts
import Logging
import Postgres
import ServiceKit

/// The part of a list that can be read: a row that can't is left out and logged, and takes nobody the others.
struct ReadablePage<Item: ContractValue> {
    private let request: PageRequest
    private let items: [Item]
    private let next: PageCursor?

    /// - Parameters:
    ///   - rows: One more than asked for where there is a next part.
    ///   - request: What was asked for.
    ///   - logger: Told of rows that can't be read.
    ///   - read: Reads a row.
    ///   - cursor: Where an item stands in the list.
    init(
        _ rows: PostgresRows,
        of request: PageRequest,
        _ logger: Logger,
        read: (PostgresRow) throws -> Item,
        cursor: (Item) -> PageCursor
    ) {
        let items = rows.map { row -> Item? in
            do { return try read(row) } catch {
                let id = try? row["id"] as Identifier<Never>  // an id that can't be read either is not told
                logger.error("A stored row cannot be read", metadata: ["id": "\(id as Any)", "error": "\(error)"])
                return nil
            }
        }
        self.request = request
        self.items = items.prefix(request.size).compactMap(\.self)
        // From the row after the page where no row of it can be read: it is then left out of the next part as well.
        let last = self.items.last ?? items.last.flatMap(\.self)
        next = items.count > request.size ? last.map(cursor) : nil
    }

    func page(total: Int) -> Page<Item> { Page(items, request: request, total: total, next: next) }
}
