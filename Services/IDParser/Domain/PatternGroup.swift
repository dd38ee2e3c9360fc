import Patterns

/// Patterns that are compiled together and matched in one pass.
struct PatternGroup: Sendable {
    let entries: [PatternCatalog.Entry]
    let set: PatternSet
    /// The characters that a number may begin with: most places in a text are passed over after one or two.
    let beginnings: PatternSet

    /// Compiles patterns, in time that grows with their number.
    init(_ entries: [PatternCatalog.Entry]) {
        self.entries = entries
        var options = StudentIDPattern.options
        options.memoryLimit = 8 << 20
        set = PatternSet(entries.map(\.pattern.pattern), options: options)
        beginnings = PatternSet(entries.map(\.pattern.beginning), options: options, matching: .beginning)
    }
}
