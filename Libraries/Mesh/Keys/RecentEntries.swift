/// The recently used entries, in two generations: a full young one becomes the old one, and the former old one, whose
/// entries still in use have moved on, is dropped.
struct RecentEntries<Key: Hashable, Value> {
    private let generationBytes: Int
    private var young: [Key: (value: Value, bytes: Int)] = [:]
    private var old: [Key: (value: Value, bytes: Int)] = [:]
    private var youngBytes = 0
    private var oldBytes = 0

    /// The bytes of all entries, as stated when each was stored.
    var bytes: Int { youngBytes + oldBytes }

    /// - Parameter mostBytes: The limit for both generations together.
    init(mostBytes: Int) { generationBytes = mostBytes / 2 }

    mutating func find(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        store(entry.value, key, bytes: entry.bytes)
        return entry.value
    }

    /// Stores a value that takes `bytes` bytes together with its key.
    mutating func store(_ value: Value, _ key: Key, bytes: Int) {
        guard bytes <= generationBytes else { return }
        if youngBytes + bytes > generationBytes { (old, oldBytes, young, youngBytes) = (young, youngBytes, [:], 0) }
        youngBytes += bytes - (young.updateValue((value, bytes), forKey: key)?.bytes ?? 0)
    }
}
