import Postgres

/// One action of an `ALTER TABLE` statement.
struct TableChange {
    /// The line that it begins on.
    let line: Int
    /// The name of the constraint that it adds without checking the rows that are there.
    private(set) var unvalidatedConstraint: String?
    private var reader: SQLReader

    /// Functions that give all rows of a statement the same value.
    private static let stable: Set<String> = [
        "now", "transaction_timestamp", "statement_timestamp", "current_setting", "date_trunc", "make_interval",
        "jsonb_build_object", "jsonb_build_array", "to_jsonb", "lower", "upper", "coalesce",
        "numeric", "varchar",  // types of a cast
    ]

    /// Reads an action's tokens.
    init(_ reader: SQLReader) {
        line = reader.line
        self.reader = reader
    }

    /// The rules that it breaks.
    ///
    /// - Parameter unvalidated: The constraints that the same migration added as `NOT VALID`.
    /// - Returns: Those of the action itself; `unvalidatedConstraint` is known afterwards.
    mutating func violations(unvalidated: Set<String>) -> [MigrationRule] {
        if reader.take("drop") { return reader.take("constraint") ? [] : [.dropColumn] }
        if reader.take("rename", "to") || reader.take("set", "schema") { return [.renameTable] }
        if reader.take("rename") { return reader.take("constraint") ? [] : [.renameColumn] }
        if reader.take("set", "tablespace") || reader.take("set", "logged") || reader.take("set", "unlogged") {
            return [.rewrittenTable]
        }
        if reader.take("validate", "constraint") {
            return reader.name().map(unvalidated.contains) == true ? [.validatedAtOnce] : []
        }
        if reader.take("alter") {
            _ = reader.take("column")
            _ = reader.name()
            if reader.take("type") || reader.take("set", "data", "type") { return [.changeType] }
            return reader.take("set", "not", "null") ? [.notNull] : []
        }
        guard reader.take("add") else { return [] }
        return addsConstraint() ? constraintViolations() : columnViolations()
    }

    private func addsConstraint() -> Bool {
        ["constraint", "check", "unique", "primary", "foreign", "exclude"].contains { reader.isNext($0) }
    }

    private mutating func constraintViolations() -> [MigrationRule] {
        let name = reader.take("constraint") ? reader.name() : nil
        if reader.contains("using", "index") { return [] }
        guard reader.contains("not", "valid") else { return [.checkedConstraint] }
        unvalidatedConstraint = name
        return []
    }

    private mutating func columnViolations() -> [MigrationRule] {
        _ = reader.take("column")
        _ = reader.take("if", "not", "exists")
        _ = reader.name()
        var rules: [MigrationRule] = []
        let isNumbered = ["serial", "bigserial", "smallserial", "identity"].contains { reader.contains($0) }
        if isNumbered || reader.contains("stored") { rules.append(.rewrittenTable) }
        let hasValue = isNumbered || reader.contains("default") || reader.contains("generated")
        if reader.contains("not", "null"), !hasValue { rules.append(.notNull) }
        if ["constraint", "check", "unique", "primary", "references"].contains(where: { reader.contains($0) }) {
            rules.append(.checkedConstraint)
        }
        if hasVolatileDefault() { rules.append(.volatileDefault) }
        return rules
    }

    /// Tells whether the default calls a function that is not known to give all rows the same value.
    private func hasVolatileDefault() -> Bool {
        var rest = reader
        rest.skip(through: "default")
        let ends = ["not", "null", "constraint", "check", "unique", "primary", "references", "collate"]
        let value = rest.tokens.prefix { token in !ends.contains { token.isWord($0) } }
        return zip(value, value.dropFirst()).contains { token, next in
            token.kind == .word && next.isSymbol("(") && !Self.stable.contains(token.text)
        }
    }
}
