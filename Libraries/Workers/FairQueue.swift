/// A bounded queue whose sources take turns, each with its own elements in order.
struct FairQueue<Element> {
    private let limit: Int
    private var elements: [String: [Element]] = [:]
    /// The sources that have elements, the next one first.
    private var turns: [String] = []
    private(set) var count = 0

    /// - Parameter limit: The most elements of all sources together.
    init(limit: Int) { self.limit = limit }

    /// Adds an element behind the others of its source.
    ///
    /// - Returns: The element that finds no room: of the source with the most elements its newest, which may be the new one.
    mutating func add(_ element: Element, from source: String) -> Element? {
        var refused: Element?
        if count >= limit {
            guard let largest = turns.max(by: { size($0) < size($1) }), size(largest) > size(source) + 1 else {
                return element
            }
            refused = removeLast(of: largest)
        }
        if elements[source] == nil { turns.append(source) }
        elements[source, default: []].append(element)
        count += 1
        return refused
    }

    /// Removes the oldest element of the source whose turn it is.
    mutating func next() -> Element? {
        guard !turns.isEmpty else { return nil }
        let source = turns.removeFirst()
        guard var own = elements.removeValue(forKey: source) else { return nil }
        let element = own.removeFirst()
        count -= 1
        if !own.isEmpty {
            elements[source] = own
            turns.append(source)
        }
        return element
    }

    /// Removes an element wherever it stands.
    ///
    /// - Returns: Whether there was one.
    mutating func remove(from source: String, where isIt: (Element) -> Bool) -> Bool {
        guard let index = elements[source]?.firstIndex(where: isIt) else { return false }
        elements[source]?.remove(at: index)
        forget(source)
        return true
    }

    private func size(_ source: String) -> Int { elements[source]?.count ?? 0 }

    private mutating func removeLast(of source: String) -> Element? {
        let last = elements[source]?.removeLast()
        forget(source)
        return last
    }

    /// After an element of the source was removed out of its turn.
    private mutating func forget(_ source: String) {
        count -= 1
        guard size(source) == 0 else { return }
        elements[source] = nil
        turns.removeAll { $0 == source }
    }
}
