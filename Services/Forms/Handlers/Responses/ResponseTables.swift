import Contracts
import FormsContracts
import Logging
import Postgres
import ServiceKit
import Synchronization

/// The tables of exports that are under way, so that each part does not read every version of its form again.
final class ResponseTables: Sendable {
    /// In bytes, by estimate.
    private static let limit = 8 << 20
    /// Each version may have the size of a whole form, so that few are in memory at once.
    private static let versionsAtOnce = 8

    private let tables = Mutex(ByteBoundedCache<Key, ResponseTable>(limit: limit))

    private struct Key: Hashable {
        let form: FormID
        let version: Int
    }

    /// The table whose columns are those of all versions up to one.
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
        while next > 0 {
            let versions = try await FormStore(sql: sql).versions(of: form, upTo: next, limit: Self.versionsAtOnce)
            for (_, document) in versions { table = try await extend(table, by: document, context) }
            isPublished = isPublished || versions.first?.version == version
            next = (versions.last?.version ?? 1) - 1
        }
        // A draft has the number that it will be published under, and its questions may still change.
        if isPublished { tables.withLock { [table] in $0.keep(table, bytes: table.bytes, for: key) } }
        return table
    }

    /// A version that can't be read leaves its columns to those that can.
    private func extend(
        _ table: ResponseTable,
        by document: FormDocument,
        _ context: RequestContext
    ) async throws -> ResponseTable {
        let logger = context.logger
        // How many versions there are is not the caller's doing, so they are read on the service's account.
        return try await context.computing(steps: document.steps) { _ in
            var table = table
            do { table.add(try document.form()) } catch {
                logger.error("A version of a form cannot be read", metadata: ["error": "\(error)"])
            }
            return table
        }
    }
}
