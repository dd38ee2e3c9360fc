/// Limits on universities' use of shared resources.
enum Quotas {
    /// Patterns per university.
    static let patterns = 50
    /// The memory of a university's compiled patterns, in bytes.
    static let compiledBytes = 4 << 20
    /// The memory of all universities' compiled patterns; patterns beyond it are not used.
    static let allCompiledBytes = 96 << 20
}
