/// One file of a migration: its statements, and how they run.
package struct MigrationScript: Sendable {
    /// The way in which a file's statements run; its first line names it: `-- migrate: concurrently`, or `batched`.
    package enum Mode: String, Sendable {
        /// All in one transaction; what a file without such a line does.
        case transaction
        /// Each by itself outside of any transaction: `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`.
        case concurrently
        /// Each again and again, in a transaction of its own each time, until it changes no row.
        case batched
    }

    package let mode: Mode
    /// The whole file.
    package let text: String

    /// The statements in order.
    package var statements: [SQLStatement] { SQLScript(text).statements }

    private static let directive = "-- migrate:"

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - name: The file's or the migration's name, for messages.
    /// - Throws: `PostgresError` of kind `migration` for an unknown mode, and for a statement that could not be
    ///   repeated after a crash.
    package init(_ text: String, of name: String) throws(PostgresError) {
        self.text = text
        let firstLine = text.prefix { !$0.isNewline }
        guard firstLine.hasPrefix(Self.directive) else {
            mode = .transaction
            return
        }
        let word = String(firstLine.dropFirst(Self.directive.count).filter { !$0.isWhitespace })
        guard let mode = Mode(rawValue: word) else {
            throw PostgresError(.migration, "\(name) begins with \(firstLine): use concurrently or batched there")
        }
        self.mode = mode
        for statement in statements {
            switch mode {
            case .transaction: break
            case .concurrently where statement.createdIndex == nil && !statement.dropsIndex:
                throw PostgresError(
                    .migration,
                    """
                    \(name), line \(statement.line): only CREATE INDEX CONCURRENTLY IF NOT EXISTS and DROP INDEX \
                    CONCURRENTLY IF EXISTS can run outside of a transaction; move the rest to a migration of its own
                    """
                )
            case .batched where !statement.changesRows:
                throw PostgresError(
                    .migration,
                    """
                    \(name), line \(statement.line): only INSERT, UPDATE, DELETE and WITH can run in batches; move the \
                    rest to a migration of its own
                    """
                )
            case .concurrently, .batched: break
            }
        }
    }
}

extension SQLStatement {
    /// The line that it begins on, from 1.
    package var line: Int { tokens.first?.line ?? 1 }

    /// The name of the index that it builds concurrently, unless that is there.
    var createdIndex: String? {
        let unique = tokens.count > 1 && tokens[1].isWord("unique") ? ["unique"] : []
        let words = ["create"] + unique + ["index", "concurrently", "if", "not", "exists"]
        return begins(with: words) && tokens.count > words.count ? tokens[words.count].text : nil
    }

    /// Tells whether it drops an index concurrently, if the index exists.
    fileprivate var dropsIndex: Bool { begins(with: ["drop", "index", "concurrently", "if", "exists"]) }

    fileprivate var changesRows: Bool { ["insert", "update", "delete", "with"].contains { begins(with: [$0]) } }

    /// Tells whether it begins with these keywords, given in lower case.
    package func begins(with words: [String]) -> Bool {
        tokens.count >= words.count && zip(tokens, words).allSatisfy { $0.isWord($1) }
    }
}
