/// The entries used lately, in two generations: when the young one is full it becomes the old one, and the old one, of which
/// everything that was still used has moved on, is forgotten.
///
/// A generation is full when it reaches its number of entries or bytes, whichever comes first.
struct GenerationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let bytes: Int
    }

    let generationSize: Int
    let generationBytes: Int
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngBytes = 0

    /// - Parameters:
    ///   - generationSize: The maximum number of entries per generation.
    ///   - generationBytes: The maximum bytes per generation, as declared to `store`.
    init(generationSize: Int, generationBytes: Int) {
        self.generationSize = generationSize
        self.generationBytes = generationBytes
    }

    mutating func find(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        store(entry.value, key, bytes: entry.bytes)
        return entry.value
    }

    mutating func store(_ value: Value, _ key: Key, bytes: Int) {
        if young.count >= generationSize || youngBytes + bytes > generationBytes {
            (old, young, youngBytes) = (young, [:], 0)
        }
        youngBytes += bytes - (young[key]?.bytes ?? 0)
        young[key] = Entry(value: value, bytes: bytes)
    }

    /// Tells whether the key is cached, without promoting it.
    func contains(_ key: Key) -> Bool { young[key] != nil || old[key] != nil }

    mutating func remove(_ key: Key) {
        youngBytes -= young.removeValue(forKey: key)?.bytes ?? 0
        old[key] = nil
    }
}
