/// How much of what costs others something universities may have.
enum Quotas {
    /// Patterns of a university.
    static let patterns = 50
    /// What a university's patterns may keep in memory once they are compiled.
    static let compiledBytes = 4 << 20
    /// The same for all universities together; what comes after is not read with.
    static let allCompiledBytes = 96 << 20
}
