import Contracts

extension Page {
    /// A page of what a query found, which asked for one more to learn whether there is a next.
    init(_ found: [Item], of request: PageRequest, total: Int, cursor: (Item) -> PageCursor) {
        let items = Array(found.prefix(request.size))
        let next = found.count > request.size ? items.last.map(cursor) : nil
        self.init(items, request: request, total: total, next: next)
    }
}

extension PageCursor {
    init(_ time: Timestamp, _ id: some CustomStringConvertible) {
        self.init(key: String(time.microseconds), id: id.description)
    }

    /// The time that the cursor stands at.
    var timestamp: Timestamp {
        get throws(ValidationError) {
            guard let microseconds = Int64(key) else { throw Self.fault }
            return Timestamp(microseconds: microseconds)
        }
    }

    func identifier<Entity>(_ entity: Entity.Type) throws(ValidationError) -> Identifier<Entity> {
        guard let id = Identifier<Entity>(id) else { throw Self.fault }
        return id
    }

    private static var fault: ValidationError {
        ValidationError("cursor", .badFormat, "Must be a cursor of this list.")
    }
}
