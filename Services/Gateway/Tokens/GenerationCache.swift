/// The entries used lately, in two generations: when the young one is full it becomes the old one, and the old one, of which
/// everything that was still used has moved on, is forgotten.
struct GenerationCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    let generationSize: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    init(generationSize: Int) { self.generationSize = generationSize }

    mutating func find(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old[key] else { return nil }
        store(value, key)
        return value
    }

    mutating func store(_ value: Value, _ key: Key) {
        if young.count >= generationSize { (old, young) = (young, [:]) }
        young[key] = value
    }

    mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}
