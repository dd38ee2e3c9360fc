/// A first-in, first-out queue.
struct Queue<Element> {
    private var items: [Element?] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : items[head] }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func prepend(_ element: Element) {
        if head == 0 {
            items.insert(element, at: 0)
        } else {
            head -= 1
            items[head] = element
        }
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = items[head]
        items[head] = nil
        head += 1
        // The emptied places are given back once they are the larger part.
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64 && head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Takes out and returns the first element that matches.
    mutating func removeFirst(where matches: (Element) -> Bool) -> Element? {
        guard let index = items[head...].firstIndex(where: { $0.map(matches) ?? false }) else { return nil }
        return index == head ? popFirst() : items.remove(at: index)
    }

    /// Takes out and returns every element that matches.
    mutating func removeAll(where matches: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        var kept: [Element?] = []
        for element in elements {
            if matches(element) { removed.append(element) } else { kept.append(element) }
        }
        (items, head) = (kept, 0)
        return removed
    }

    var elements: some Sequence<Element> { items[head...].lazy.compactMap { $0 } }
}

extension Queue: Sendable where Element: Sendable {}
