import Contracts

extension Page {
    /// The same part of the same list with other items, such as with names.
    func map(for request: PageRequest, _ transform: (Item) -> Item) -> Page {
        Page(items.map(transform), request: request, total: pagination.total, next: pagination.nextCursor)
    }
}
