import Contracts
import FormsContracts
import Logging
import Postgres
import ServiceKit
import Synchronization

/// The tables of running exports, cached so that each part does not reread every version of its form.
final class ResponseTables: Sendable {
    /// The approximate memory of all tables, in bytes: that of five large ones.
    private static let limit = 5 * ResponseTable.maximumBytes
    /// A version may be as large as a whole form, so only a few are in memory at once.
    private static let versionsAtOnce = 8

    private let tables = Mutex(ByteBoundedCache<Key, ResponseTable>(limit: limit))

    private struct Key: Hashable {
        let form: FormID
        let version: Int
    }

    /// Returns the table with the columns of all versions up to this one, as far as they fit.
    func table(
        of form: FormID,
        upTo version: Int,
        _ sql: any SQLExecutor,
        _ context: RequestContext
    ) async throws -> ResponseTable {
        let key = Key(form: form, version: version)
        if let known = tables.withLock({ $0.value(of: key) }) { return known }
        var table = ResponseTable()
        var next = version
        var isPublished = false
        while next > 0, table.hasRoom {
            let versions = try await FormStore(sql: sql).versions(of: form, upTo: next, limit: Self.versionsAtOnce)
            for (_, document) in versions where table.hasRoom {
                table = try await extend(table, by: document, context)
            }
            isPublished = isPublished || versions.first?.version == version
            next = (versions.last?.version ?? 1) - 1
        }
        if !table.hasRoom {
            context.logger.notice("An export may leave out questions of old versions", metadata: ["form": "\(form)"])
        }
        // A draft already has its future version number, and its questions may still change.
        if isPublished { tables.withLock { [table] in $0.keep(table, bytes: table.bytes, for: key) } }
        return table
    }

    /// Adds a version's columns; an unreadable version adds none.
    private func extend(
        _ table: ResponseTable,
        by document: FormDocument,
        _ context: RequestContext
    ) async throws -> ResponseTable {
        let logger = context.logger
        // The caller did not choose the number of versions, so the service's budget pays for reading them.
        return try await context.computing(steps: document.steps) { _ in
            var table = table
            do { table.add(try document.form()) } catch {
                logger.error("A version of a form cannot be read", metadata: ["error": "\(error)"])
            }
            return table
        }
    }
}
