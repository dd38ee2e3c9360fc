import Postgres

/// Reads one migration and finds what would break or stop the release before it.
///
/// Tables that the migration itself creates are nobody else's yet, so that no rule applies to them. A comment above or
/// in a statement allows what it has to do: `-- lint: allow RULE: REASON`.
struct MigrationLint {
    private let file: String
    private let mode: MigrationScript.Mode
    private var created: Set<String> = []
    /// The constraints that this migration added and that old rows were not checked against.
    private var unvalidated: Set<String> = []
    private var findings: [MigrationFinding] = []

    private init(_ file: String, _ mode: MigrationScript.Mode) {
        self.file = file
        self.mode = mode
    }

    /// Lints a file.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name, for the findings.
    /// - Returns: What breaks a rule and is not allowed, in order.
    static func findings(in text: String, file: String) -> [MigrationFinding] {
        do throws(PostgresError) {
            let script = try MigrationScript(text, of: file)
            var lint = MigrationLint(file, script.mode)
            for statement in script.statements { lint.check(statement) }
            return lint.findings
        } catch {
            return [MigrationFinding(file: file, line: 1, rule: .unknownMode, detail: error.message)]
        }
    }

    private mutating func check(_ statement: SQLStatement) {
        let allowed = exceptions(of: statement)
        for (line, rule) in violations(of: statement) where !allowed.contains(rule) {
            findings.append(MigrationFinding(file: file, line: line, rule: rule))
        }
    }

    /// The rules that a statement's comments allow it to break; a comment without a reason is a finding itself.
    private mutating func exceptions(of statement: SQLStatement) -> Set<MigrationRule> {
        let directive = "lint: allow "
        var rules: Set<MigrationRule> = []
        for comment in statement.comments {
            let text = comment.text.drop { $0 == "-" || $0 == " " }
            guard text.hasPrefix(directive) else { continue }
            let parts = text.dropFirst(directive.count).split(separator: ":", maxSplits: 1)
            let isExplained = parts.count == 2 && !parts[1].allSatisfy(\.isWhitespace)
            if isExplained, let rule = MigrationRule(rawValue: String(parts[0])) {
                rules.insert(rule)
            } else {
                findings.append(MigrationFinding(file: file, line: comment.line, rule: .unexplainedException))
            }
        }
        return rules
    }

    private mutating func violations(of statement: SQLStatement) -> [(Int, MigrationRule)] {
        let line = statement.line
        var reader = SQLReader(statement.tokens[...])
        switch statement.tokens.first?.text {
        case "create": return creation(&reader).map { [(line, $0)] } ?? []
        case "alter" where reader.take("alter", "table"): return alteration(&reader)
        case "drop" where reader.take("drop", "table"):
            _ = reader.take("if", "exists")
            return reader.names().allSatisfy(created.contains) ? [] : [(line, .dropTable)]
        case "truncate":
            _ = reader.take("truncate", "table") || reader.take("truncate")
            return reader.names().allSatisfy(created.contains) ? [] : [(line, .unboundedWrite)]
        case "insert", "update", "delete", "with": return writes(of: statement)
        case "lock": return [(line, .lockedTable)]
        case "do": return [(line, .opaqueBlock)]
        case "cluster": return [(line, .blockingMaintenance)]
        case "vacuum" where reader.contains("full"): return [(line, .blockingMaintenance)]
        case "refresh" where !reader.contains("concurrently"): return [(line, .blockingMaintenance)]
        case "reindex" where !reader.contains("concurrently"): return [(line, .blockingMaintenance)]
        default: return []
        }
    }

    private mutating func creation(_ reader: inout SQLReader) -> MigrationRule? {
        _ = reader.take("create")
        _ = reader.take("unlogged") || reader.take("temporary") || reader.take("temp") || reader.take("unique")
        if reader.take("table") {
            _ = reader.take("if", "not", "exists")
            if let table = reader.name() { created.insert(table) }
            return nil
        }
        guard reader.take("index"), !reader.take("concurrently") else { return nil }
        reader.skip(through: "on")
        _ = reader.take("only")
        return reader.name().map(created.contains) == true ? nil : .blockingIndex
    }

    /// The inserts, updates and deletes in a statement and its common table expressions.
    private func writes(of statement: SQLStatement) -> [(Int, MigrationRule)] {
        if mode == .batched {
            return SQLReader(statement.tokens[...]).contains("limit") ? [] : [(statement.line, .unboundedBatch)]
        }
        return statement.tokens.indices.compactMap { index in
            let token = statement.tokens[index]
            // Elsewhere these words stand for something else: FOR UPDATE, ON DELETE, DO UPDATE.
            let begins =
                index == 0 || statement.tokens[index - 1].isSymbol("(") || statement.tokens[index - 1].isSymbol(")")
            guard begins, token.isWord("update") || token.isWord("delete") else { return nil }
            var reader = SQLReader(statement.tokens[(index + 1)...])
            _ = reader.take("from")
            _ = reader.take("only")
            return reader.name().map(created.contains) == true ? nil : (token.line, .unboundedWrite)
        }
    }

    private mutating func alteration(_ reader: inout SQLReader) -> [(Int, MigrationRule)] {
        _ = reader.take("if", "exists")
        _ = reader.take("only")
        guard let table = reader.name(), !created.contains(table) else { return [] }
        var violations: [(Int, MigrationRule)] = []
        for action in reader.parts() {
            var change = TableChange(action)
            violations += change.violations(unvalidated: unvalidated).map { (change.line, $0) }
            if let constraint = change.unvalidatedConstraint { unvalidated.insert(constraint) }
        }
        return violations
    }
}
