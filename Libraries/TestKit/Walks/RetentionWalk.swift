import Foundation
import Logging
public import Postgres
public import ServiceKit

/// Rows on which a retention rule is tried.
public struct RetentionSample: Sendable {
    let table: String
    let rows: String
    let insert: @Sendable (_ moment: SQL) -> SQL
    let others: (@Sendable (_ moment: SQL) -> SQL)?

    /// The number of rows that `insert` adds.
    public static let count = 3

    /// - Parameters:
    ///   - table: The table's name.
    ///   - rows: The rule's rows, as it names them.
    ///   - others: Adds rows of that age which the rule's condition keeps; needed if it has one.
    ///   - insert: Adds three rows under the rule, past every policy, whose period begins at the given moment.
    public init(
        _ table: String,
        _ rows: String,
        others: (@Sendable (_ moment: SQL) -> SQL)? = nil,
        insert: @escaping @Sendable (_ moment: SQL) -> SQL
    ) {
        self.table = table
        self.rows = rows
        self.insert = insert
        self.others = others
    }
}

/// Checks what a service declares of its tables against its schema, its rows and the documentation.
public struct RetentionWalk: Sendable {
    private let service: String
    private let schema: String
    private let tables: [RetainedTable]
    private let database: TestDatabase

    /// - Parameters:
    ///   - service: The daemon's name.
    ///   - tables: What the daemon declares, without the tables of ServiceKit.
    ///   - database: A database with the service's schema and no rows.
    public init(_ service: String, _ tables: [RetainedTable], in database: TestDatabase) {
        self.service = service
        self.schema = service.replacing("-", with: "_")
        self.tables = tables
        self.database = database
    }

    /// Compares the declarations with the tables that the schema has.
    ///
    /// - Returns: The tables that nothing is declared of, or twice; empty if there are none.
    /// - Throws: `PostgresError`.
    public func undeclared() async throws -> [String] {
        let declared = (serviceKitTables + tables).map(\.name)
        let twice = Dictionary(grouping: declared, by: \.self).filter { $0.value.count > 1 }.map {
            "\($0.key) is declared \($0.value.count) times"
        }
        let present: [String] = try await withDatabase(database.superuserConfiguration) { superuser in
            try await superuser.query(
                """
                SELECT table_name::text FROM information_schema.tables
                WHERE table_schema = \(schema) AND table_type = 'BASE TABLE' ORDER BY 1
                """,
                scope: .none
            ).map { try $0[0] }
        }
        let missing = present.filter { !declared.contains($0) }
        return twice.sorted() + missing.map { "\($0): declare how long its rows are kept, or why they stay" }
    }

    /// Compares the declarations with the table in `docs/operations.md`.
    ///
    /// - Returns: The lines that are missing there, with a plus, and those that should not be there, with a minus.
    /// - Throws: When the file can't be read.
    public func undocumented() throws -> [String] {
        try Self.undocumented(service, tables)
    }

    /// Compares the declarations of some tables with `docs/operations.md`.
    ///
    /// - Parameters:
    ///   - owner: The first column.
    ///   - tables: The declarations.
    /// - Returns: The lines that differ.
    /// - Throws: When the file can't be read.
    public static func undocumented(_ owner: String, _ tables: [RetainedTable]) throws -> [String] {
        let file = URL(filePath: #filePath).appending(path: "../../../../docs/operations.md").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let documented = text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| \(owner) | `") }
        let declared = tables.flatMap(\.documentation).map { "| \(owner) \($0)" }
        return declared.filter { !documented.contains($0) }.map { "+ \($0)" }
            + documented.filter { !declared.contains($0) }.map { "- \($0)" }
    }

    /// Tries each rule: what is old goes, in more than one batch and by an index; what is not stays.
    ///
    /// - Parameters:
    ///   - samples: One for each rule of the service.
    ///   - setup: Statements that add what the samples refer to, past every policy.
    /// - Returns: The faults, and the rules without a sample; empty if there are none.
    /// - Throws: PostgreSQL's error for a sample.
    public func faults(_ samples: [RetentionSample], setup: [SQL] = []) async throws -> [String] {
        try await withDatabase(database.superuserConfiguration) { superuser in
            for statement in setup { try await superuser.execute(statement, scope: .none) }
            return try await withDatabase(database.configuration(for: schema)) { own in
                var pace = Retention.Pace()
                pace.batch = 2
                pace.pause = .zero
                let retention = Retention(of: tables, in: own, pace: pace, metrics: Metrics(), logger: .silent)
                var faults: [String] = []
                for step in retention.steps {
                    let name = "\(step.table), \(step.rule.rows)"
                    let sample = samples.first { $0.table == step.table && $0.rows == step.rule.rows }
                    guard let sample else {
                        faults.append("\(name): it is tried on no rows")
                        continue
                    }
                    let trial = RetentionTrial(step: step, retention: retention, own: own, superuser: superuser)
                    faults += try await trial.faults(sample).map { "\(name): \($0)" }
                }
                return faults
            }
        }
    }
}

/// One rule on its rows.
private struct RetentionTrial {
    let step: Retention.Step
    let retention: Retention
    let own: Database
    let superuser: Database

    func faults(_ sample: RetentionSample) async throws -> [String] {
        var faults: [String] = []
        if step.rule.isConditional, sample.others == nil { faults.append("no rows are tried that its condition keeps") }
        guard try await superuser.execute(sample.insert(moment(0.9)), scope: .none) == RetentionSample.count else {
            return faults + ["the sample does not add \(RetentionSample.count) rows"]
        }
        if let others = sample.others { try await superuser.execute(others(moment(1.1)), scope: .none) }
        let early = try await remove()
        if early.rows != 0 { faults.append("\(early.rows) rows went that were to stay") }

        try await superuser.execute(sample.insert(moment(1.1)), scope: .none)
        let late = try await remove()
        let count = RetentionSample.count
        if late.rows != count { faults.append("\(late.rows) of \(count) old rows went") }
        if late.batches < 2 { faults.append("they went in one batch") }
        if try await remove().rows != 0 { faults.append("more went the second time") }

        let lines = try await plan()
        if lines.contains(where: { $0.contains("Seq Scan") }) { faults.append("no index finds them: \(lines)") }
        return faults
    }

    /// The moment since which this part of the period has passed.
    private func moment(_ part: Double) -> SQL {
        let seconds: Double = step.rule.period / .seconds(1) * part
        return "now() - make_interval(secs => \(seconds))"
    }

    private func remove() async throws -> Retention.Removal {
        try await retention.remove(step, until: .now + .seconds(60))
    }

    /// The plan by which PostgreSQL finds the rows if any index lets it.
    private func plan() async throws -> [String] {
        try await own.transaction(scope: .platform) { transaction in
            try await transaction.execute("SET LOCAL enable_seqscan = off")
            let statement = step.rule.statement(on: step.table, limit: 2)
            return try await transaction.query("EXPLAIN \(statement)").map { try $0[0] as String }
        }
    }
}
