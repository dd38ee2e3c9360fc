/// One step of a schema and the way back: a pair of SQL files that are never edited once they were released.
public struct Migration: Sendable {
    /// The number that orders the steps.
    public let version: Int
    /// The number and what the step does: `0001_create_forms`.
    public let name: String
    /// What makes the step.
    ///
    /// Several statements without `BEGIN` and `COMMIT` of their own. They run in one transaction unless the first line
    /// says otherwise: see `MigrationScript.Mode`.
    public let up: String
    /// What undoes it.
    public let down: String

    /// Describes a step from its embedded files.
    ///
    /// - Parameters:
    ///   - name: Four digits, an underscore and a description: `0001_create_forms`. Anything else is a mistake in the
    ///     program and stops it.
    ///   - up: The bytes of `0001_create_forms.up.sql`.
    ///   - down: The bytes of `0001_create_forms.down.sql`.
    public init(_ name: String, up: [UInt8], down: [UInt8]) {
        self.init(name, up: String(decoding: up, as: UTF8.self), down: String(decoding: down, as: UTF8.self))
    }

    /// Describes a step from text.
    public init(_ name: String, up: String, down: String) {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard digits.count == 4, let version = Int(digits), name.dropFirst(4).first == "_" else {
            preconditionFailure("A migration's name begins with four digits and an underscore: \(name)")
        }
        self.version = version
        self.name = name
        self.up = up
        self.down = down
    }
}

extension Migration {
    /// The first number of the steps that ServiceKit adds to every schema; a service's own stay below it.
    package static let firstShared = 9000

    /// The versions that count as one series with `version`: a service's own, or ServiceKit's.
    ///
    /// Each series grows at its end, independently of the other.
    package static func series(of version: Int) -> Range<Int> {
        version < firstShared ? 0..<firstShared : firstShared..<10_000
    }
}

/// A migration and whether the database has it.
public struct MigrationStatus: Sendable, Equatable {
    public let version: Int
    public let name: String
    /// When it was applied; `nil` when it was not.
    public let appliedAt: PostgresTimestamp?
}
