/// A cache that evicts the least recently used values beyond a limit of bytes.
struct ByteBoundedCache<Key: Hashable, Value> {
    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0
    /// The declared size of all values.
    private(set) var bytes = 0

    private struct Entry {
        let value: Value
        let bytes: Int
        var lastUse: Int
    }

    /// - Parameter limit: In bytes; a value that would exceed a quarter of it is not cached.
    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    /// Returns the key's value and marks it as most recently used.
    mutating func value(of key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].value
    }

    /// Caches a value, replacing the key's former one.
    ///
    /// - Parameters:
    ///   - value: The new value.
    ///   - bytes: The value's size, including everything it refers to.
    ///   - key: The value's key.
    mutating func keep(_ value: Value, bytes: Int, for key: Key) {
        forget(key)
        guard bytes <= limit / 4 else { return }
        while self.bytes + bytes > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            forget(oldest.key)
        }
        uses += 1
        entries[key] = Entry(value: value, bytes: bytes, lastUse: uses)
        self.bytes += bytes
    }

    mutating func forget(_ key: Key) {
        bytes -= entries.removeValue(forKey: key)?.bytes ?? 0
    }
}
