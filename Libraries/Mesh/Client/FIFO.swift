/// A queue in an array: first in, first out, and what was refused goes back to the front.
struct FIFO<Element> {
    private var elements: [Element] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func prepend(_ element: Element) {
        if head > 0 {
            head -= 1
            elements[head] = element
        } else {
            elements.insert(element, at: 0)
        }
    }

    mutating func removeFirst() {
        head += 1
        // Moving what is left only once it is the smaller half keeps the cost of a removal constant on average.
        if head * 2 >= elements.count { compact() }
    }

    /// Takes out all that match, in order.
    mutating func removeAll(where matches: (Element) -> Bool) -> [Element] {
        compact()
        let removed = elements.filter(matches)
        if !removed.isEmpty { elements.removeAll(where: matches) }
        return removed
    }

    private mutating func compact() {
        elements.removeFirst(head)
        head = 0
    }
}
