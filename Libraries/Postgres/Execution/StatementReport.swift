/// The outcome of a statement, for figures and traces.
public struct StatementReport: Sendable {
    /// With `$1`, `$2` … where the values stand.
    public let text: String
    public let began: ContinuousClock.Instant
    /// `nil` for success.
    public let failure: (any Error)?
}

extension PostgresConfiguration {
    /// Runs a statement and tells the observer, in the task that waits for it.
    func reporting<R>(_ text: String, _ body: () async throws -> R) async throws -> R {
        guard let observer else { return try await body() }
        let began = ContinuousClock.now
        do {
            let result = try await body()
            observer(StatementReport(text: text, began: began, failure: nil))
            return result
        } catch {
            observer(StatementReport(text: text, began: began, failure: error))
            throw error
        }
    }
}

/// The present work of a daemon's connections.
public struct PoolFigures: Sendable {
    /// Connections that are open, for single statements and for transactions.
    public var open = 0
    /// Statements under way on the shared connections.
    public var statements = 0
    /// The batches sent over them; the statements of one turn of the loop are one batch.
    public var batches = 0
    /// Transactions under way.
    public var transactions = 0
    /// Statements and transactions that wait for their turn.
    public var waiting = 0
}
