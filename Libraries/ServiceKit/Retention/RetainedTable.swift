package import Postgres

/// A table of a service, and what becomes of its rows: how long they are kept, or why they may grow in number.
///
/// Every table of a service's schema has one. `docs/operations.md` lists them all, and a test of each service compares.
public struct RetainedTable: Sendable {
    /// The table's name.
    public let name: String
    /// The rows that are removed; each row falls under at most a few of them.
    public let rules: [RetentionRule]
    /// The reason to keep the rows that no rule removes; `nil` if every row falls under a rule in the end.
    public let reason: String?

    /// Describes a table whose rows all have an end.
    ///
    /// - Parameters:
    ///   - name: The table's name.
    ///   - rules: The rows that are removed; tried in this order.
    ///   - reason: The reason to keep the rows that no rule removes; `nil` if there are none.
    public init(_ name: String, _ rules: [RetentionRule], others reason: String? = nil) {
        self.name = name
        self.rules = rules
        self.reason = reason
    }

    /// Describes a table whose rows stay.
    ///
    /// - Parameters:
    ///   - name: The table's name.
    ///   - reason: The bound of the table, or who removes its rows.
    public init(_ name: String, kept reason: String) {
        self.init(name, [], others: reason)
    }
}

/// Rows of a table that are removed once a period has passed since a moment that each of them holds.
public struct RetentionRule: Sendable {
    /// The name of the rows, in a word or two: `read`.
    public let rows: String
    /// The time for which they are kept.
    public let period: Duration
    /// The SQL expression of the moment from which the period counts; an index begins with it.
    public let moment: String
    /// A further condition on the rows; constant SQL, so that a partial index can serve it.
    let condition: String?
    /// A join with the table whose rows hold the moment; `nil` if the rows do themselves.
    let join: String?
    /// A common table expression of the removing statement, which reads the removed rows as `gone`.
    let consequence: String?
    /// The variable that sets the period; `nil` if it is constant.
    let variable: String?
    /// The reason for the period.
    public let reason: String
    /// The maximum number of rows in a transaction.
    package let batch: Int

    /// Describes rows that are removed.
    ///
    /// - Parameters:
    ///   - rows: Their name, in a word or two.
    ///   - period: The time for which they are kept.
    ///   - moment: The SQL expression from which the period counts, with an index that begins with it.
    ///   - join: A join with the table whose rows hold the moment.
    ///   - condition: A further condition on the rows.
    ///   - consequence: A statement that changes what the removed rows, named `gone`, leave behind.
    ///   - variable: The variable that sets the period.
    ///   - batch: The maximum number of rows in a transaction: fewer where each takes others with it.
    ///   - reason: The reason for the period.
    public init(
        _ rows: String,
        for period: Duration,
        after moment: String,
        joining join: String? = nil,
        where condition: String? = nil,
        then consequence: String? = nil,
        setBy variable: String? = nil,
        batch: Int = 1_000,
        because reason: String
    ) {
        self.rows = rows
        self.period = period
        self.moment = moment
        self.join = join
        self.condition = condition
        self.consequence = consequence
        self.variable = variable
        self.batch = batch
        self.reason = reason
    }

    /// Tells whether more than the moment decides.
    package var isConditional: Bool { condition != nil }

    /// The statement that removes some of the oldest rows and answers with their number, as `removed`.
    ///
    /// The rows are chosen once, as an array; those that others have locked are left to the next batch.
    ///
    /// - Parameters:
    ///   - table: The table's name.
    ///   - limit: The maximum number of rows.
    /// - Returns: The statement.
    package func statement(on table: String, limit: Int) -> SQL {
        let consequence = consequence.map { ", consequence AS (\($0))" } ?? ""
        return """
            WITH gone AS (
                DELETE FROM \(raw: table) WHERE ctid = ANY(ARRAY(
                    SELECT \(raw: table).ctid FROM \(raw: table) \(raw: join ?? "")
                    WHERE \(raw: moment) < now() - make_interval(secs => \(period / .seconds(1)))
                        AND (\(raw: condition ?? "true"))
                    ORDER BY \(raw: moment) LIMIT \(limit) FOR UPDATE OF \(raw: table) SKIP LOCKED
                )) RETURNING *
            )\(raw: consequence)
            SELECT count(*) AS removed FROM gone
            """
    }
}

extension Duration {
    /// A period of whole days of 24 hours.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}

extension RetainedTable {
    /// The rows of the documentation's table, without the name of the service.
    package var documentation: [String] {
        let removed = rules.map { rule in
            let period = rule.variable.map { "`\($0)`" } ?? rule.period.text
            return "| `\(name)` | \(rule.rows) | \(period) after `\(rule.moment)` | \(rule.reason) |"
        }
        guard let reason else { return removed }
        return removed + ["| `\(name)` | \(rules.isEmpty ? "all" : "others") | kept | \(reason) |"]
    }
}

extension Duration {
    /// The period in the largest unit of which it is a whole number.
    fileprivate var text: String {
        let seconds = components.seconds
        for (unit, size) in [("day", 86_400), ("hour", 3_600), ("minute", 60)] as [(String, Int64)]
        where seconds % size == 0 {
            return seconds == size ? "1 \(unit)" : "\(seconds / size) \(unit)s"
        }
        return "\(seconds) seconds"
    }
}
