import Contracts
import IDParserContracts
import Logging
import Postgres
import ServiceKit
import Synchronization
import Workers

/// Keeps the compiled patterns for as long as nothing changes; every statement that names `pattern_catalog`.
///
/// Each request reads the revision, one row by its key, so patterns are never older than the request. After a change
/// one task reads for all waiting requests what has changed. It compiles the universities concerned, each as a group of
/// its own, off the serving threads. When there are many such groups, all patterns are compiled as one again, for which
/// nobody waits.
final class PatternCatalogs: Sendable {
    private struct Compiled: Sendable {
        let revision: Int
        let priority: Int
        let pattern: StudentIDPattern
    }

    private typealias Versions = [UniversityID: [IDPatternVersion]]

    /// A university's patterns, with the versions that they were compiled from.
    private struct ChangedGroup: Sendable {
        let versions: [IDPatternVersion]
        let group: PatternGroup
    }

    /// All patterns in groups.
    private struct Groups: Sendable {
        let base: PatternGroup
        /// The versions that the base was compiled from.
        let versions: Versions
        var changed: [UniversityID: ChangedGroup] = [:]

        func catalog(_ revision: Int) -> PatternCatalog {
            PatternCatalog(revision: revision, base: base, changed: changed.mapValues(\.group))
        }
    }

    private struct State {
        var kept: PatternCatalog?
        var groups: Groups?
        var compiled: [IDPatternID: Compiled] = [:]
        var building: (revision: Int, task: Task<PatternCatalog, any Error>)?
        var isMerging = false
    }

    /// The groups beside the base that each text is held against, until they are merged.
    static let maximumChanged = 4

    /// Compile beside what requests compute, since everybody's requests wait for the present patterns.
    private static let compiler = WorkerPool(label: "patterns", threads: 1, maximumWaiting: 256)
    private static let merger = WorkerPool(label: "all patterns", threads: 1, maximumWaiting: 1)

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
        let store = IDPatternStore(sql: database.scoped(to: .platform))
        let versions = try await store.activeVersions()
        let (known, earlier) = state.withLock { ($0.compiled, $0.groups) }
        let new = try await store.active(versions.filter { known[$0.id]?.revision != $0.revision }.map(\.id))
        let (groups, compiled) = try await Self.compiler.run(for: "catalog") {
            let compiled = self.compile(versions, new, known)
            let current = Dictionary(grouping: versions, by: \.universityId)
            return (Self.groups(of: current, compiled, after: earlier), compiled)
        }
        let catalog = groups.catalog(revision)
        state.withLock { state in
            guard state.kept.map({ $0.revision < revision }) ?? true else { return }
            state.kept = catalog
            state.groups = groups
            state.compiled = compiled
        }
        if groups.changed.count > Self.maximumChanged { merge(groups, compiled, revision) }
        return catalog
    }

    /// Every pattern compiled, as far as memory allows.
    private func compile(
        _ versions: [IDPatternVersion],
        _ new: [IDPattern],
        _ known: [IDPatternID: Compiled]
    ) -> [IDPatternID: Compiled] {
        let new = Dictionary(new.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var all: [IDPatternID: Compiled] = [:]
        var memory = 0
        for version in versions {
            guard memory < Quotas.allCompiledBytes else {
                logger.error("There are more patterns than memory for them; the newest are left out")
                break
            }
            let present = known[version.id].flatMap { $0.revision == version.revision ? $0 : nil }
            guard let compiled = present ?? new[version.id].flatMap({ self.compiled($0) }) else { continue }
            memory += compiled.pattern.memory
            all[version.id] = compiled
        }
        return all
    }

    /// Compiles groups for the universities whose patterns differ from those of the earlier base.
    private static func groups(
        of versions: Versions,
        _ compiled: [IDPatternID: Compiled],
        after earlier: Groups?
    ) -> Groups {
        guard var groups = earlier else {
            return Groups(base: group(of: versions.values.joined(), compiled), versions: versions)
        }
        for university in Set(versions.keys).union(groups.versions.keys).union(groups.changed.keys) {
            let current = versions[university] ?? []
            if current == groups.versions[university] ?? [] {
                groups.changed[university] = nil
            } else if groups.changed[university]?.versions != current {
                groups.changed[university] = ChangedGroup(versions: current, group: group(of: current, compiled))
            }
        }
        return groups
    }

    private static func group(
        of versions: some Sequence<IDPatternVersion>,
        _ compiled: [IDPatternID: Compiled]
    ) -> PatternGroup {
        PatternGroup(
            versions.compactMap { version in
                compiled[version.id].map { PatternCatalog.Entry(version, $0.priority, $0.pattern) }
            }
        )
    }

    /// Compiles all patterns as one group, unless that is under way, and uses it unless they have changed meanwhile.
    private func merge(_ groups: Groups, _ compiled: [IDPatternID: Compiled], _ revision: Int) {
        let isFirst = state.withLock { state in
            defer { state.isMerging = true }
            return !state.isMerging
        }
        guard isFirst else { return }
        // A task of its own: the requests that wait for the patterns need not wait for this. It ends by itself.
        Task {
            defer { state.withLock { $0.isMerging = false } }
            let versions = groups.versions.merging(groups.changed.mapValues(\.versions)) { _, changed in changed }
            do {
                let merged = try await Self.merger.run(for: "catalog") {
                    Self.groups(of: versions, compiled, after: nil)
                }
                state.withLock { state in
                    guard state.kept?.revision == revision else { return }
                    state.groups = merged
                    state.kept = merged.catalog(revision)
                }
            } catch {
                logger.debug("Patterns stay in several groups", metadata: ["error": "\(error)"])
            }
        }
    }

    private func compiled(_ pattern: IDPattern) -> Compiled? {
        let rule = ChecksumRule(pattern.checksum, pattern.checksumParameters)
        guard let rule,
            let compiled = try? StudentIDPattern(pattern.pattern, checksum: rule, fields: pattern.fields)
        else {
            // Only a version of RE2 that takes less than the one that it was checked with.
            logger.error("A stored pattern cannot be compiled", metadata: ["pattern.id": "\(pattern.id)"])
            return nil
        }
        return Compiled(revision: pattern.revision, priority: pattern.priority.value, pattern: compiled)
    }
}

extension PatternCatalog.Entry {
    fileprivate init(_ version: IDPatternVersion, _ priority: Int, _ pattern: StudentIDPattern) {
        self.init(
            id: version.id,
            universityId: version.universityId,
            universityCode: version.universityCode,
            priority: priority,
            pattern: pattern
        )
    }
}
