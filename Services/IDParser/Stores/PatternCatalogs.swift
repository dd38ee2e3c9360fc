import Contracts
import IDParserContracts
import Logging
import Patterns
import Postgres
import ServiceKit
import Synchronization

/// Keeps the compiled patterns for as long as nothing changes; every statement that names `pattern_catalog`.
///
/// Each request asks for the revision, which costs one row by its key, so patterns are never older than the request. What
/// is kept is bounded by the number of patterns that a university may have.
final class PatternCatalogs: Sendable {
    private let database: ServiceDatabase
    private let logger: Logger
    private let kept = Mutex<PatternCatalog?>(nil)

    init(database: ServiceDatabase, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// The patterns as they were committed when the request came, or later.
    func current() async throws -> PatternCatalog {
        // A catalog made of patterns that are newer than its revision is made once more, and never older ones kept.
        let revision: Int = try await database.scoped(to: .none).one("SELECT revision FROM pattern_catalog")[0]
        if let catalog = kept.withLock({ $0 }), catalog.revision >= revision { return catalog }
        // Everybody's numbers are read with everybody's patterns; who may see the patterns themselves is another matter.
        let patterns = try await IDPatternStore(sql: database.scoped(to: .platform)).active()
        let catalog = PatternCatalog(revision: revision, entries: patterns.compactMap(entry))
        kept.withLock { kept in
            if kept.map({ $0.revision < revision }) ?? true { kept = catalog }
        }
        return catalog
    }

    private func entry(_ pattern: IDPattern) -> PatternCatalog.Entry? {
        let rule = ChecksumRule(pattern.checksum, pattern.checksumParameters)
        guard let rule, let compiled = try? Pattern(pattern.pattern.text, options: StudentIDPattern.options) else {
            // Only a version of RE2 that takes less than the one that it was checked with.
            logger.error("A stored pattern cannot be compiled", metadata: ["pattern.id": "\(pattern.id)"])
            return nil
        }
        return PatternCatalog.Entry(
            id: pattern.id,
            universityId: pattern.universityId,
            universityCode: pattern.universityCode,
            priority: pattern.priority.value,
            pattern: StudentIDPattern(pattern: compiled, checksum: rule, fields: pattern.fields)
        )
    }
}
