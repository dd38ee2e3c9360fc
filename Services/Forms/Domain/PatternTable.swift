import Contracts
import Patterns

/// A form's patterns, each compiled once, within a common memory limit.
struct PatternTable {
    /// In bytes, for all programs and their matching caches.
    static let maximumBytes = 8 << 20
    /// The approximate cost of compiling one instruction.
    private static let stepsPerInstruction = 100

    private var patterns: [PreparedText: Pattern] = [:]
    private(set) var bytes = 0
    private let work: WorkBudget

    init(work: WorkBudget) { self.work = work }

    /// Compiles the pattern in Normalization Form C, like answers.
    ///
    /// - Throws: `PatternRefusal`, also if the form's patterns would exceed the memory limit; `WorkExhausted`.
    mutating func pattern(_ source: String) throws -> Pattern {
        let key = PreparedText(source)
        if let known = patterns[key] { return known }
        try work.spend(key.bytes.count * Self.stepsPerInstruction)
        let pattern = try Self.compile(String(decoding: key.bytes, as: UTF8.self))
        try work.spend(pattern.programSize * Self.stepsPerInstruction)
        guard bytes + pattern.memoryLimit <= Self.maximumBytes else {
            throw PatternRefusal(message: "The form's patterns are too large together; use fewer or smaller ones.")
        }
        bytes += pattern.memoryLimit
        patterns[key] = pattern
        return pattern
    }

    private static func compile(_ source: String) throws(PatternRefusal) -> Pattern {
        do { return try Pattern.compact(source) } catch { throw PatternRefusal(message: error.message) }
    }
}

/// The reason for refusing a pattern.
struct PatternRefusal: Error {
    /// Addressed to the form's author.
    let message: String
}
