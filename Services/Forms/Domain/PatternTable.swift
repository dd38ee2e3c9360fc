import Contracts
import Patterns

/// A form's patterns, each compiled once, within the memory that a form's patterns may take together.
struct PatternTable {
    /// In bytes, for all programs and what matching them remembers.
    static let maximumBytes = 8 << 20
    /// What compiling one instruction costs, roughly.
    private static let stepsPerInstruction = 100

    private var patterns: [PreparedText: Pattern] = [:]
    private(set) var bytes = 0
    private let work: WorkBudget

    init(work: WorkBudget) { self.work = work }

    /// The pattern of that source in Normalization Form C, which is the form of answers.
    ///
    /// - Throws: `PatternRefusal`, also where the form's patterns would become too large together; `WorkExhausted`.
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

/// Why a form cannot have a pattern.
struct PatternRefusal: Error {
    /// For the form's author.
    let message: String
}
