import Contracts
import FormsContracts
import Logging
import Postgres
import ServiceKit

/// Answers an export part by part.
///
/// A part's cursor names the version whose columns the table has, so that an edit during an export does not shift them.
struct ExportResponsesHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess
    private let tables = ResponseTables()
    /// Bounds the memory of one person's exports: each part holds the form, its table and, at first, several versions.
    private let turns = Turns<UserID>(limit: 2)

    private static let rowsPerPart = 200
    private static let rowsAtOnce = 16
    /// Ends a part, however few its rows; longer responses are read one row at a time.
    private static let bytesPerPart = 256 << 10

    init(database: ServiceDatabase, access: FormAccess) {
        self.database = database
        self.access = access
    }

    func handle(_ request: ExportResponses, context: RequestContext) async throws -> CSVPart {
        let user = try context.requireUser()
        return try await turns.run(for: user.id) { try await part(request, context) }
    }

    private func part(_ request: ExportResponses, _ context: RequestContext) async throws -> CSVPart {
        let form = try await access.owned(request.id, context)
        let sql = database.scoped(to: context)
        let start = try request.cursor.map(Position.init)
        let version = start?.version ?? form.version
        let table = try await tables.table(of: form.id, upTo: version, sql, context)
        var writer = CSVWriter(hasByteOrderMark: start == nil && request.bom ?? true)
        if start == nil { writer.record(table.header) }
        let next = try await write(form.id, from: start, table, version, sql, &writer, context)
        return CSVPart(writer.bytes, fileName: "responses-\(form.id).csv", next: next?.cursor)
    }

    /// Writes responses until none is left or the part is full.
    ///
    /// - Returns: The next part's start; `nil` after the last part.
    private func write(
        _ form: FormID,
        from start: Position?,
        _ table: ResponseTable,
        _ version: Int,
        _ sql: any SQLExecutor,
        _ writer: inout CSVWriter,
        _ context: RequestContext
    ) async throws -> Position? {
        var position = start?.place
        var count = 0
        repeat {
            let part = try await ResponseStore(sql: sql).page(
                PageRequest(limit: Self.rowsAtOnce, cursor: position),
                of: form,
                maximumBytes: Self.bytesPerPart
            )
            for response in part.items {
                // Each part has at least one response, even if a long header fills it.
                guard count == 0 || writer.bytes.count < Self.bytesPerPart && count < Self.rowsPerPart else {
                    return position.map { Position(version: version, place: $0) }
                }
                let (cells, isReadable) = table.record(response)
                if !isReadable {
                    context.logger.error("A response cannot be read", metadata: ["response": "\(response.id)"])
                }
                writer.record(cells)
                count += 1
                position = PageCursor(response.submittedAt, response.id)
            }
            position = part.pagination.nextCursor
        } while position != nil
        return nil
    }

    /// Where a part ended.
    struct Position {
        let version: Int
        /// The position in order of submission.
        let place: PageCursor

        init(version: Int, place: PageCursor) {
            self.version = version
            self.place = place
        }

        /// - Throws: `ValidationError` for another list's cursor.
        init(_ cursor: PageCursor) throws(ValidationError) {
            let key = cursor.key.split(separator: "@")
            guard key.count == 2, let version = Int(key[0]), let time = Int64(key[1]) else {
                throw ValidationError("cursor", .badFormat, "Must be where an earlier part of this export ended.")
            }
            self.init(version: version, place: PageCursor(key: String(time), id: cursor.id))
        }

        var cursor: PageCursor { PageCursor(key: "\(version)@\(place.key)", id: place.id) }
    }
}
