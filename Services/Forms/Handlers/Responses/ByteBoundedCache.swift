/// Values by key, those used longest ago let go where all together would take more bytes than allowed.
struct ByteBoundedCache<Key: Hashable, Value> {
    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0
    /// What the values are said to take together.
    private(set) var bytes = 0

    private struct Entry {
        let value: Value
        let bytes: Int
        var lastUse: Int
    }

    /// - Parameter limit: In bytes; a value that would take more than a quarter of it is not kept.
    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    /// The value of that key, which thereby was used last.
    mutating func value(of key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].value
    }

    /// Keeps a value in place of the key's former one.
    ///
    /// - Parameters:
    ///   - value: Replaces the key's former one.
    ///   - bytes: What the value takes, with all that it refers to.
    ///   - key: Names the value.
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
