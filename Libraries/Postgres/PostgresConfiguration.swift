/// How one daemon reaches its database.
public struct PostgresConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Whether a statement is parsed once per connection, or each time.
    public enum PreparedStatements: Sendable {
        /// Parsed once and then known by a name: the fastest.
        case named
        /// Parsed each time: for PgBouncer before 1.21 in transaction mode, which does not carry names over.
        case unnamed
    }

    /// A connection URI (`postgresql://user:password@host:port/database`) or a `key=value` string, as libpq reads them.
    public var url: String
    /// What wins over the URL's parts, so that a password can come from a place of its own.
    public var user: String?
    public var password: String?
    public var database: String?
    /// What `pg_stat_activity` shows.
    public var applicationName = ""
    /// How many connections share the single statements.
    ///
    /// Each opens with its first use.
    public var pipelinedConnections = 2
    /// How many transactions run at once.
    ///
    /// Each connection opens with its first use.
    public var transactionConnections = 4
    /// How many statements, and how many transactions, may wait before further ones are refused.
    public var maximumQueued = 1024
    /// The time a single statement has, waiting included.
    public var queryTimeout: Duration = .seconds(5)
    /// The time a transaction has, waiting included.
    public var transactionTimeout: Duration = .seconds(30)
    /// The time for which an open transaction may be idle, as it is when its process is frozen.
    ///
    /// After that the server rolls it back, which releases its row locks.
    public var idleTransactionTimeout: Duration = .seconds(4)
    /// The time limit of a login, and again of the first answer after it.
    ///
    /// libpq rounds a login's limit to whole seconds, two at least.
    public var connectTimeout: Duration = .seconds(5)
    /// The time for which callers wait for an unavailable server, since it may be restarting.
    ///
    /// From then on they are refused at once, until it is back.
    public var reconnectPatience: Duration = .seconds(3)
    /// The time that a statement may take before its connection counts as stalled and others are used for further ones.
    public var stallPatience: Duration = .milliseconds(100)
    /// The time that the server may take to cancel a statement before its connection counts as lost.
    public var cancelPatience: Duration = .seconds(2)
    public var preparedStatements: PreparedStatements = .named
    /// Hears of every statement, in the task that asked for it; it must not wait.
    public var observer: (@Sendable (StatementReport) -> Void)?

    /// Describes a database with the limits that suit a daemon.
    public init(url: String) { self.url = url }

    /// The limits.
    ///
    /// The URL holds a password and is left out.
    public var description: String {
        """
        PostgresConfiguration(applicationName: \(applicationName), pipelinedConnections: \(pipelinedConnections), \
        transactionConnections: \(transactionConnections), maximumQueued: \(maximumQueued), \
        queryTimeout: \(queryTimeout), transactionTimeout: \(transactionTimeout), \
        preparedStatements: \(preparedStatements))
        """
    }

    public var debugDescription: String { description }
}
