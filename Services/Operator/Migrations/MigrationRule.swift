/// A change that no migration may make, because the previous release serves during and after it.
///
/// The names stand in exceptions (`-- lint: allow drop-column: …`), which are never edited.
enum MigrationRule: String, CaseIterable, Sendable {
    case dropColumn = "drop-column"
    case renameColumn = "rename-column"
    case dropTable = "drop-table"
    case renameTable = "rename-table"
    case changeType = "change-type"
    case notNull = "not-null"
    case blockingIndex = "blocking-index"
    case checkedConstraint = "checked-constraint"
    case validatedAtOnce = "validated-at-once"
    case volatileDefault = "volatile-default"
    case rewrittenTable = "rewritten-table"
    case unboundedWrite = "unbounded-write"
    case unboundedBatch = "unbounded-batch"
    case lockedTable = "locked-table"
    case blockingMaintenance = "blocking-maintenance"
    case opaqueBlock = "opaque-block"
    case unknownMode = "unknown-mode"
    case unexplainedException = "unexplained-exception"

    /// The fault, and what to do instead.
    var advice: String {
        switch self {
        case .dropColumn:
            "the release before uses this column: stop using it, drop it in a later release and allow it there"
        case .renameColumn:
            "the release before uses the old name: add a column, write both, fill it in batches, drop the old one later"
        case .dropTable:
            "the release before uses this table: stop using it, drop it in a later release and allow it there"
        case .renameTable:
            "the release before uses the old name: create a table, write both, copy in batches, drop the old one later"
        case .changeType:
            "this rewrites the table and the release before reads the old type: add a column and fill it in batches"
        case .notNull:
            """
            the release before leaves this column out, or the whole table is read under a lock: give a new column a \
            constant DEFAULT; for one that is there add CHECK (… IS NOT NULL) NOT VALID, and validate it in the next \
            migration
            """
        case .blockingIndex:
            """
            this stops writes to the table until the index is built: move it to a migration that begins with \
            "-- migrate: concurrently", as CREATE INDEX CONCURRENTLY IF NOT EXISTS
            """
        case .checkedConstraint:
            """
            this reads the whole table under a lock: add the constraint by itself and NOT VALID, and validate it in \
            the next migration; for a key build a unique index concurrently, then ADD CONSTRAINT … USING INDEX
            """
        case .validatedAtOnce:
            "this reads the whole table under the lock that ADD CONSTRAINT took: validate it in the next migration"
        case .volatileDefault:
            """
            this default may differ from row to row, so the table is rewritten under a lock: add the column without \
            it, set the default, then fill old rows in batches
            """
        case .rewrittenTable:
            "this rewrites the table under a lock: add a plain column, and fill old rows in batches"
        case .unboundedWrite:
            """
            this locks as many rows as there are, in one transaction: move it to a migration that begins with \
            "-- migrate: batched"
            """
        case .unboundedBatch:
            "a batch without LIMIT is the whole table: choose some thousand keys in a subquery with LIMIT"
        case .lockedTable:
            "this stops all others until the step has ended: leave the lock to the statement that needs it"
        case .blockingMaintenance:
            "this stops reads or writes until it has ended: leave it to an operator, or use the form with CONCURRENTLY"
        case .opaqueBlock:
            "the linter can't read what this block does: write plain SQL"
        case .unknownMode:
            "the file can't be run"
        case .unexplainedException:
            "an exception names a rule and its reason: -- lint: allow drop-column: no release reads it since 0.4"
        }
    }
}

/// A place in a migration that breaks a rule.
struct MigrationFinding: Equatable, Sendable, CustomStringConvertible {
    /// From the folder of the sources.
    let file: String
    /// From 1.
    let line: Int
    let rule: MigrationRule
    /// More than the rule's advice says.
    var detail: String?

    var description: String { "\(file):\(line): \(rule.rawValue): \(detail ?? rule.advice)" }
}
