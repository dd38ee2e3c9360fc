/// The entries used lately, in two generations: when the young one is full it becomes the old one, and the old one, of which
/// everything that was still used has moved on, is forgotten.
struct RecentEntries<Key: Hashable, Value> {
    private let generationBytes: Int
    private var young: [Key: (value: Value, bytes: Int)] = [:]
    private var old: [Key: (value: Value, bytes: Int)] = [:]
    private var youngBytes = 0
    private var oldBytes = 0

    /// What all entries take, by what was said of each.
    var bytes: Int { youngBytes + oldBytes }

    /// - Parameter mostBytes: What both generations hold together.
    init(mostBytes: Int) { generationBytes = mostBytes / 2 }

    mutating func find(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        store(entry.value, key, bytes: entry.bytes)
        return entry.value
    }

    /// Keeps a value that takes so many bytes together with its key.
    mutating func store(_ value: Value, _ key: Key, bytes: Int) {
        guard bytes <= generationBytes else { return }
        if youngBytes + bytes > generationBytes { (old, oldBytes, young, youngBytes) = (young, youngBytes, [:], 0) }
        youngBytes += bytes - (young.updateValue((value, bytes), forKey: key)?.bytes ?? 0)
    }
}
