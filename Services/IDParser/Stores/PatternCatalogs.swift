import Contracts
import IDParserContracts
import Logging
import Postgres
import ServiceKit
import Synchronization

/// Keeps the compiled patterns for as long as nothing changes; every statement that names `pattern_catalog`.
///
/// Each request reads the revision, one row by its key, so patterns are never older than the request. After a change
/// they are read once for all waiting requests, and only changed patterns are compiled, off the serving threads.
final class PatternCatalogs: Sendable {
    private struct Compiled: Sendable {
        let revision: Int
        let pattern: StudentIDPattern
    }

    private struct State {
        var kept: PatternCatalog?
        var compiled: [IDPatternID: Compiled] = [:]
        var building: (revision: Int, task: Task<PatternCatalog, any Error>)?
    }

    private let database: ServiceDatabase
    private let logger: Logger
    private let state = Mutex(State())

    init(database: ServiceDatabase, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// The patterns as they were committed when the request came, or later.
    func current() async throws -> PatternCatalog {
        let revision: Int = try await database.scoped(to: .none).one("SELECT revision FROM pattern_catalog")[0]
        let task = state.withLock { state -> Task<PatternCatalog, any Error>? in
            if let kept = state.kept, kept.revision >= revision { return nil }
            if let building = state.building, building.revision >= revision { return building.task }
            let task = Task { try await build(revision) }
            state.building = (revision, task)
            return task
        }
        if let task { return try await task.value }
        guard let kept = state.withLock(\.kept) else { return try await current() }  // it is never taken away
        return kept
    }

    /// Builds a catalog of the current patterns, at least as new as the revision under which it is cached.
    private func build(_ revision: Int) async throws -> PatternCatalog {
        defer {
            state.withLock { state in
                if state.building?.revision == revision { state.building = nil }
            }
        }
        // Everybody's numbers are read with everybody's patterns; who may see the patterns themselves is another matter.
        let patterns = try await IDPatternStore(sql: database.scoped(to: .platform)).active()
        let known = state.withLock(\.compiled)
        let context = RequestContext.system("id-parser", timeLeft: .seconds(60), logger: logger)
        let (catalog, compiled) = try await context.computing { _ in
            var memory = 0
            let compiled = patterns.map { pattern -> Compiled? in
                guard memory < Quotas.allCompiledBytes, let compiled = self.compiled(pattern, known) else { return nil }
                memory += compiled.pattern.memory
                return compiled
            }
            if memory >= Quotas.allCompiledBytes {
                self.logger.error("There are more patterns than memory for them; the newest are left out")
            }
            let entries = zip(patterns, compiled).compactMap { pattern, compiled in
                compiled.map { PatternCatalog.Entry(pattern, $0.pattern) }
            }
            let pairs = zip(patterns, compiled).compactMap { pattern, compiled in compiled.map { (pattern.id, $0) } }
            return (
                PatternCatalog(revision: revision, entries: entries),
                Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            )
        }
        state.withLock { state in
            guard state.kept.map({ $0.revision < revision }) ?? true else { return }
            state.kept = catalog
            state.compiled = compiled
        }
        return catalog
    }

    private func compiled(_ pattern: IDPattern, _ known: [IDPatternID: Compiled]) -> Compiled? {
        if let compiled = known[pattern.id], compiled.revision == pattern.revision { return compiled }
        let rule = ChecksumRule(pattern.checksum, pattern.checksumParameters)
        guard let rule,
            let compiled = try? StudentIDPattern(pattern.pattern, checksum: rule, fields: pattern.fields)
        else {
            // Only a version of RE2 that takes less than the one that it was checked with.
            logger.error("A stored pattern cannot be compiled", metadata: ["pattern.id": "\(pattern.id)"])
            return nil
        }
        return Compiled(revision: pattern.revision, pattern: compiled)
    }
}

extension PatternCatalog.Entry {
    init(_ pattern: IDPattern, _ compiled: StudentIDPattern) {
        self.init(
            id: pattern.id,
            universityId: pattern.universityId,
            universityCode: pattern.universityCode,
            priority: pattern.priority.value,
            pattern: compiled
        )
    }
}
