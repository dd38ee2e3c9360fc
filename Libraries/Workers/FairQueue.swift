/// A bounded queue whose lanes take turns, and the sources within each lane, each source with its own elements in order.
///
/// A lane is a kind of work that must not starve another kind; a source is whoever caused the work.
struct FairQueue<Element> {
    private let limit: Int
    private var lanes: [String: Lane<Element>] = [:]
    /// The lanes that have elements, the next one first.
    private var turns: [String] = []
    private(set) var count = 0

    /// - Parameter limit: The most elements of all lanes together.
    init(limit: Int) { self.limit = limit }

    /// Adds an element behind the others of its source.
    ///
    /// In a full queue the longest lane makes room, in its own lane the source with the most elements.
    ///
    /// - Returns: The element that finds no room: the newest one of the source that makes room, or the new element.
    mutating func add(_ element: Element, from source: String, in lane: String = "") -> Element? {
        var refused: Element?
        if count >= limit {
            guard let victim = makesRoom(for: source, in: lane) else { return element }
            refused = lanes[victim.lane]?.removeLast(of: victim.source)
            forget(victim.lane)
        }
        if lanes[lane] == nil { turns.append(lane) }
        lanes[lane, default: Lane()].append(element, from: source)
        count += 1
        return refused
    }

    /// Removes the oldest element of the source whose turn it is in the lane whose turn it is.
    mutating func next() -> Element? {
        guard !turns.isEmpty else { return nil }
        let lane = turns.removeFirst()
        guard let element = lanes[lane]?.next() else { return nil }
        count -= 1
        if lanes[lane]?.isEmpty == false { turns.append(lane) } else { lanes[lane] = nil }
        return element
    }

    /// Removes an element wherever it stands.
    ///
    /// - Returns: Whether there was one.
    mutating func remove(from source: String, in lane: String = "", where isIt: (Element) -> Bool) -> Bool {
        guard lanes[lane]?.remove(from: source, where: isIt) == true else { return false }
        forget(lane)
        return true
    }

    /// Which source loses its newest element to a new one; `nil` when that would be no fairer.
    private func makesRoom(for source: String, in lane: String) -> (lane: String, source: String)? {
        let own = lanes[lane]?.count ?? 0
        if let longest = turns.max(by: { length($0) < length($1) }), length(longest) > own + 1,
            let largest = lanes[longest]?.largest
        {
            return (longest, largest)
        }
        guard let largest = lanes[lane]?.largest, size(of: largest, in: lane) > size(of: source, in: lane) + 1 else {
            return nil
        }
        return (lane, largest)
    }

    private func length(_ lane: String) -> Int { lanes[lane]?.count ?? 0 }

    private func size(of source: String, in lane: String) -> Int { lanes[lane]?.size(of: source) ?? 0 }

    /// After an element of the lane was removed out of its turn.
    private mutating func forget(_ lane: String) {
        count -= 1
        guard length(lane) == 0 else { return }
        lanes[lane] = nil
        turns.removeAll { $0 == lane }
    }
}

/// Elements whose sources take turns.
private struct Lane<Element> {
    private var elements: [String: [Element]] = [:]
    /// The sources that have elements, the next one first.
    private var turns: [String] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The source with the most elements.
    var largest: String? { turns.max { size(of: $0) < size(of: $1) } }

    func size(of source: String) -> Int { elements[source]?.count ?? 0 }

    mutating func append(_ element: Element, from source: String) {
        if elements[source] == nil { turns.append(source) }
        elements[source, default: []].append(element)
        count += 1
    }

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

    mutating func remove(from source: String, where isIt: (Element) -> Bool) -> Bool {
        guard let index = elements[source]?.firstIndex(where: isIt) else { return false }
        elements[source]?.remove(at: index)
        forget(source)
        return true
    }

    mutating func removeLast(of source: String) -> Element? {
        let last = elements[source]?.removeLast()
        forget(source)
        return last
    }

    /// After an element of the source was removed out of its turn.
    private mutating func forget(_ source: String) {
        count -= 1
        guard size(of: source) == 0 else { return }
        elements[source] = nil
        turns.removeAll { $0 == source }
    }
}
