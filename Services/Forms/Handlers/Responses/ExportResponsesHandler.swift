import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Answers an export part by part.
///
/// A part's cursor names the version whose columns the table has, so that an edit during an export does not shift them.
struct ExportResponsesHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    private static let rowsPerPart = 200
    /// A part ends beyond that, however few rows it has.
    private static let bytesPerPart = 256 << 10

    func handle(_ request: ExportResponses, context: RequestContext) async throws -> CSVPart {
        let form = try await access.owned(request.id, context)
        let sql = database.scoped(to: context)
        let start = try request.cursor.map(Position.init)
        let version = start?.version ?? form.version
        let table = ResponseTable(try await FormStore(sql: sql).versions(of: form.id, upTo: version))
        let responses = try await ResponseStore(sql: sql).list(of: form.id, after: start, limit: Self.rowsPerPart + 1)

        var writer = CSVWriter()
        if start == nil { writer.record(table.header) }
        var last: FormResponse?
        for response in responses.prefix(Self.rowsPerPart) where writer.bytes.count < Self.bytesPerPart {
            writer.record(try table.record(response))
            last = response
        }
        let isEnd = last?.id == responses.last?.id
        let next = isEnd ? nil : last.map { Position(version: version, time: $0.submittedAt, id: $0.id).cursor }
        return CSVPart(writer.bytes, fileName: "responses-\(form.id).csv", next: next)
    }

    /// Where a part ended.
    struct Position {
        let version: Int
        let time: Timestamp
        let id: FormResponseID

        init(version: Int, time: Timestamp, id: FormResponseID) {
            self.version = version
            self.time = time
            self.id = id
        }

        /// - Throws: `ValidationError` for another list's cursor.
        init(_ cursor: PageCursor) throws(ValidationError) {
            let key = cursor.key.split(separator: "@")
            guard key.count == 2, let version = Int(key[0]), let time = Int64(key[1]),
                let id = FormResponseID(cursor.id)
            else { throw ValidationError("cursor", .badFormat, "Must be where an earlier part of this export ended.") }
            self.init(version: version, time: Timestamp(microseconds: time), id: id)
        }

        var cursor: PageCursor { PageCursor(key: "\(version)@\(time.microseconds)", id: id.description) }
    }
}
