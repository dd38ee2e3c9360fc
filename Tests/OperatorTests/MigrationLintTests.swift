import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("Migrations that would break or stop the release before them", .timeLimit(.minutes(10)))
struct MigrationLintTests {
    /// A migration that breaks one rule in its line with `-- here`, or in its first.
    struct Example: Sendable, CustomTestStringConvertible {
        let rule: MigrationRule
        let text: String

        init(_ rule: MigrationRule, _ text: String) {
            self.rule = rule
            self.text = text
        }

        var testDescription: String { text }
    }

    private static let examples = [
        Example(.dropColumn, "ALTER TABLE forms\n    ADD COLUMN kind text,\n    DROP COLUMN title; -- here"),
        Example(.dropColumn, "ALTER TABLE IF EXISTS ONLY forms.forms DROP IF EXISTS \"title\"; -- here"),
        Example(.renameColumn, "ALTER TABLE forms RENAME COLUMN title TO name; -- here"),
        Example(.renameColumn, "ALTER TABLE forms RENAME title TO name; -- here"),
        Example(.dropTable, "DROP TABLE IF EXISTS forms; -- here"),
        Example(.renameTable, "ALTER TABLE forms RENAME TO sheets; -- here"),
        Example(.renameTable, "ALTER TABLE forms SET SCHEMA old; -- here"),
        Example(.changeType, "ALTER TABLE forms ALTER COLUMN title TYPE varchar(10); -- here"),
        Example(.changeType, "ALTER TABLE forms ALTER title SET DATA TYPE text; -- here"),
        Example(.notNull, "ALTER TABLE forms ADD COLUMN kind text NOT NULL; -- here"),
        Example(.notNull, "ALTER TABLE forms ALTER COLUMN kind SET NOT NULL; -- here"),
        Example(.blockingIndex, "CREATE INDEX forms_by_title ON forms (title); -- here"),
        Example(.blockingIndex, "CREATE UNIQUE INDEX ON ONLY forms.forms (title) WHERE title <> ';'; -- here"),
        Example(.checkedConstraint, "ALTER TABLE forms ADD CONSTRAINT short CHECK (length(title) < 9); -- here"),
        Example(.checkedConstraint, "ALTER TABLE forms ADD UNIQUE (title); -- here"),
        Example(.checkedConstraint, "ALTER TABLE forms ADD COLUMN owner uuid REFERENCES users (id); -- here"),
        Example(
            .validatedAtOnce,
            """
            ALTER TABLE forms ADD CONSTRAINT short CHECK (length(title) < 9) NOT VALID;
            ALTER TABLE forms VALIDATE CONSTRAINT short; -- here
            """
        ),
        Example(.volatileDefault, "ALTER TABLE forms ADD COLUMN key uuid DEFAULT gen_random_uuid() NOT NULL; -- here"),
        Example(.rewrittenTable, "ALTER TABLE forms ADD COLUMN number bigserial; -- here"),
        Example(
            .rewrittenTable,
            "ALTER TABLE forms ADD COLUMN key text GENERATED ALWAYS AS (lower(title)) STORED; -- here"
        ),
        Example(.unboundedWrite, "UPDATE forms SET title = ''; -- here"),
        Example(.unboundedWrite, "DELETE FROM ONLY forms WHERE title = ''; -- here"),
        Example(
            .unboundedWrite,
            "WITH old AS (\n    DELETE FROM forms RETURNING id -- here\n) SELECT count(*) FROM old;"
        ),
        Example(.unboundedWrite, "TRUNCATE TABLE forms; -- here"),
        Example(.unboundedBatch, "-- migrate: batched\nUPDATE forms SET title = '' WHERE title IS NULL; -- here"),
        Example(.lockedTable, "LOCK TABLE forms IN SHARE MODE; -- here"),
        Example(.blockingMaintenance, "REFRESH MATERIALIZED VIEW popular; -- here"),
        Example(.blockingMaintenance, "CLUSTER forms USING forms_by_title; -- here"),
        Example(.blockingMaintenance, "VACUUM (FULL) forms; -- here"),
        Example(.opaqueBlock, "DO $$ BEGIN DELETE FROM forms; END $$; -- here"),
        Example(.unknownMode, "-- migrate: quickly -- here\nSELECT 1;"),
        Example(.unexplainedException, "-- lint: allow drop-table:\nSELECT 1;"),
    ]

    @Test("Each is found with its line, its rule and what to do instead", arguments: examples)
    func violations(example: Example) {
        let lines = example.text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = (lines.firstIndex { $0.contains("-- here") } ?? 0) + 1
        let findings = MigrationLint.findings(in: example.text, file: "0002_x.up.sql")
        #expect(findings.map(\.rule) == [example.rule])
        #expect(findings.map(\.line) == [line])
        for finding in findings {
            let advice = finding.detail ?? example.rule.advice
            #expect(finding.description == "0002_x.up.sql:\(line): \(example.rule.rawValue): \(advice)")
        }
    }

    @Test("Each rule has an example")
    func completeness() {
        #expect(Set(Self.examples.map(\.rule)) == Set(MigrationRule.allCases))
    }

    @Test(
        "What an older release can live with passes",
        arguments: [
            """
            CREATE TABLE IF NOT EXISTS desks (id bigint PRIMARY KEY, name text NOT NULL CHECK (name <> ';'));
            CREATE INDEX desks_by_name ON desks (name);
            ALTER TABLE desks ADD CONSTRAINT desks_name UNIQUE (name), ALTER COLUMN name TYPE varchar(9);
            UPDATE desks SET name = lower(name);
            DROP TABLE desks;
            """,
            """
            ALTER TABLE forms
                ADD COLUMN kind text,
                ADD COLUMN weight numeric(9, 2) NOT NULL DEFAULT 0,
                ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now(),
                ADD CONSTRAINT forms_weight CHECK (weight >= 0) NOT VALID,
                ALTER COLUMN title SET DEFAULT '',
                ALTER COLUMN title DROP NOT NULL,
                DROP CONSTRAINT forms_title;
            """,
            "ALTER TABLE forms VALIDATE CONSTRAINT forms_weight;",
            "ALTER TABLE forms ADD CONSTRAINT forms_key UNIQUE USING INDEX forms_by_key;",
            "-- migrate: concurrently\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS forms_by_key ON forms (key);",
            "-- migrate: batched\nDELETE FROM forms WHERE id IN (SELECT id FROM forms WHERE gone LIMIT 1000);",
            "INSERT INTO forms (id) SELECT id FROM old FOR UPDATE ON CONFLICT (id) DO UPDATE SET title = '';",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $f$ DELETE FROM forms; $f$;",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT 1; DELETE FROM forms; END;",
            "SELECT 'It''s; DROP TABLE forms;', E'\\'; DROP TABLE forms;' /* ; DROP TABLE /* ; */ forms; */;",
        ]
    )
    func harmless(text: String) {
        #expect(MigrationLint.findings(in: text, file: "0002_x.up.sql") == [])
    }

    @Test("A comment with a reason allows a rule in its statement and nowhere else")
    func exceptions() {
        let allowed = """
            -- lint: allow drop-column: no release reads it since 0.4.
            ALTER TABLE forms DROP COLUMN title;
            """
        #expect(MigrationLint.findings(in: allowed, file: "f") == [])
        let elsewhere = MigrationLint.findings(in: allowed + "\nALTER TABLE forms DROP COLUMN kind;", file: "f")
        #expect(elsewhere == [MigrationFinding(file: "f", line: 3, rule: .dropColumn)])
        for comment in [
            "-- lint: allow drop-column", "-- lint: allow drop-column: ", "-- lint: allow dropping: Why not.",
        ] {
            let findings = MigrationLint.findings(in: comment + "\nALTER TABLE forms DROP COLUMN title;", file: "f")
            #expect(findings.map(\.rule) == [.unexplainedException, .dropColumn])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 26: What Stands in Strings and Comments Is No Statement**
    @Test(
        "Property 26: statements are found among strings and comments that only look like statements",
        arguments: Seed.batch(200)
    )
    func hiddenStatements(seed: Seed) {
        var random = seed.generator
        let drop = "DROP TABLE forms;"
        let hidden = [
            "SELECT '\(drop) it''s';", "SELECT E'\\'\(drop)\\\\';", "SELECT $$ \(drop) ' $$;",
            "SELECT $a$ $$ \(drop) $a$;",
            "SELECT \"\(drop)\"\"\";", "-- \(drop) '", "/* \(drop) /* ' */ \(drop) */", "SELECT 1; -- it's $$",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; \(drop) END;",
            "SELECT a$b, $1\n    , ';\n';",
        ]
        var lines: [String] = []
        var expected: [Int] = []
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            if Bool.random(using: &random) {
                expected.append(lines.count + 1)
                lines.append(drop)
            } else {
                lines += (hidden.randomElement(using: &random) ?? "").split(separator: "\n").map(String.init)
            }
        }
        let text = lines.joined(separator: "\n")
        #expect(MigrationLint.findings(in: text, file: "f").map(\.line) == expected, "\(seed): \(text)")
    }

    @Test("All services' migrations pass")
    func ours() throws {
        let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let findings = try MigrationSources.findings(below: repository).map(\.description)
        #expect(findings == [], "\(findings.joined(separator: "\n"))")
    }

    @Test("The command prints what it finds and fails, and says so where there are no migrations")
    func command() async throws {
        let rovierr = URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path + "/rovierr"
        try await withTemporaryFolder { folder in
            let migrations = "\(folder)/Services/Forms/Migrations"
            try FileManager.default.createDirectory(atPath: migrations, withIntermediateDirectories: true)
            // The first is exempt, as one of those that were released before there was a linter.
            for name in ["0001_old.up.sql", "0100_new.up.sql", "0100_new.down.sql"] {
                try Data("DROP TABLE forms;".utf8).write(to: URL(filePath: "\(migrations)/\(name)"))
            }
            let (status, output) = try await ChildProcess.run([rovierr, "lint-migrations", folder], environment: [:])
            #expect(status == .exited(1))
            let lines = output.split(separator: "\n")
            #expect(lines.count == 1, "\(output)")
            #expect(lines.first?.hasPrefix("Services/Forms/Migrations/0100_new.up.sql:1: drop-table: ") == true)
        }
        try await withTemporaryFolder { folder in
            let (status, output) = try await ChildProcess.run([rovierr, "lint-migrations", folder], environment: [:])
            #expect(status != .exited(0))
            #expect(output.contains("name the folder of Rovierr's sources"), "\(output)")
        }
    }
}
