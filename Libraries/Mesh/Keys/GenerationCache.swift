/// Caches the entries used most recently, in two generations.
///
/// A full young generation becomes the old one, and the old one is dropped; entries found in it have moved on. A generation
/// is full when it reaches its number of entries or bytes, whichever comes first.
package struct GenerationCache<Key: Hashable, Value> {
    fileprivate struct Entry {
        let value: Value
        let bytes: Int
    }

    private let generationSize: Int
    private let generationBytes: Int
    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngBytes = 0
    private var oldBytes = 0

    /// The bytes of all entries, as declared to `store`.
    package var bytes: Int { youngBytes + oldBytes }

    /// - Parameters:
    ///   - generationSize: The maximum number of entries per generation.
    ///   - generationBytes: The maximum bytes per generation, as declared to `store`.
    package init(generationSize: Int = .max, generationBytes: Int) {
        self.generationSize = generationSize
        self.generationBytes = generationBytes
    }

    package mutating func find(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        store(entry.value, key, bytes: entry.bytes)
        return entry.value
    }

    /// Caches a value of so many bytes together with its key, unless a generation has no room for it.
    package mutating func store(_ value: Value, _ key: Key, bytes: Int) {
        guard bytes <= generationBytes else { return }
        if young.count >= generationSize || youngBytes + bytes > generationBytes {
            (old, oldBytes, young, youngBytes) = (young, youngBytes, [:], 0)
        }
        youngBytes += bytes - (young[key]?.bytes ?? 0)
        young[key] = Entry(value: value, bytes: bytes)
    }

    /// Tells whether the key is cached, without promoting it.
    package func contains(_ key: Key) -> Bool { young[key] != nil || old[key] != nil }

    package mutating func remove(_ key: Key) {
        youngBytes -= young.removeValue(forKey: key)?.bytes ?? 0
        oldBytes -= old.removeValue(forKey: key)?.bytes ?? 0
    }
}

extension GenerationCache.Entry: Sendable where Key: Sendable, Value: Sendable {}
extension GenerationCache: Sendable where Key: Sendable, Value: Sendable {}
