/// A bounded queue whose sources take turns, each with its own elements in order.
///
/// A source is a path, from the widest to the narrowest, such as a kind of work, a site and a network. Sources take
/// turns at each step of it: no kind of work starves another, and no site with many networks starves one with few.
struct FairQueue<Element> {
    private let limit: Int
    private var root = Branch<Element>()

    /// - Parameter limit: The most elements of all sources together.
    init(limit: Int) { self.limit = limit }

    var count: Int { root.count }

    /// Adds an element behind the others of its source, or at their front.
    ///
    /// If the queue is full, the first step at which another branch is longer by two decides: the longest branch there
    /// makes room, within it the longest one, and so on.
    ///
    /// - Parameters:
    ///   - element: The new element.
    ///   - path: Its source.
    ///   - atFront: Whether it goes before the others of its source; they make room for it if no other source does.
    /// - Returns: The dropped element: the newest one of the source that makes room, or the new element.
    mutating func add(_ element: Element, from path: [String], atFront: Bool = false) -> Element? {
        var refused: Element?
        if count >= limit {
            let own = atFront && root.hasElements(of: path[...]) ? path : nil
            guard let victim = root.victim(for: path[...]) ?? own else { return element }
            refused = root.removeLast(from: victim[...])
        }
        root.append(element, from: path[...], atFront: atFront)
        return refused
    }

    /// Removes the oldest element of the source whose turn it is.
    mutating func next() -> Element? { root.next() }

    /// Removes an element at any position.
    ///
    /// - Returns: `true` if there was one.
    mutating func remove(from path: [String], where isIt: (Element) -> Bool) -> Bool {
        root.remove(from: path[...], where: isIt)
    }
}

/// The elements that wait below one step of a path.
private struct Branch<Element> {
    /// The elements that wait at the end of the path.
    private var elements: [Element] = []
    private var branches: [String: Branch] = [:]
    /// The names of the branches, the next one first.
    private var turns: [String] = []
    private(set) var count = 0

    mutating func append(_ element: Element, from path: ArraySlice<String>, atFront: Bool) {
        count += 1
        guard let name = path.first else { return elements.insert(element, at: atFront ? 0 : elements.endIndex) }
        if branches[name] == nil { turns.append(name) }
        branches[name, default: Branch()].append(element, from: path.dropFirst(), atFront: atFront)
    }

    func hasElements(of path: ArraySlice<String>) -> Bool {
        guard let name = path.first else { return !elements.isEmpty }
        return branches[name]?.hasElements(of: path.dropFirst()) ?? false
    }

    mutating func next() -> Element? {
        guard count > 0 else { return nil }
        count -= 1
        guard !turns.isEmpty else { return elements.removeFirst() }
        let name = turns.removeFirst()
        let element = branches[name]?.next()
        if length(of: name) > 0 { turns.append(name) } else { branches[name] = nil }
        return element
    }

    mutating func remove(from path: ArraySlice<String>, where isIt: (Element) -> Bool) -> Bool {
        if let name = path.first {
            guard branches[name]?.remove(from: path.dropFirst(), where: isIt) == true else { return false }
            forget(name)
        } else {
            guard let index = elements.firstIndex(where: isIt) else { return false }
            elements.remove(at: index)
        }
        count -= 1
        return true
    }

    mutating func removeLast(from path: ArraySlice<String>) -> Element? {
        count -= 1
        guard let name = path.first else { return elements.removeLast() }
        defer { forget(name) }
        return branches[name]?.removeLast(from: path.dropFirst())
    }

    /// The source that loses its newest element to a new one; `nil` if that would be no fairer.
    func victim(for path: ArraySlice<String>) -> [String]? {
        guard let name = path.first, let longest else { return nil }
        if length(of: longest) > length(of: name) + 1 { return longestPath }
        return branches[name]?.victim(for: path.dropFirst()).map { [name] + $0 }
    }

    private var longest: String? { turns.max { length(of: $0) < length(of: $1) } }

    private var longestPath: [String] {
        guard let longest, let branch = branches[longest] else { return [] }
        return [longest] + branch.longestPath
    }

    private func length(of name: String) -> Int { branches[name]?.count ?? 0 }

    /// Drops an empty branch after an element was removed out of its turn.
    private mutating func forget(_ name: String) {
        guard length(of: name) == 0 else { return }
        branches[name] = nil
        turns.removeAll { $0 == name }
    }
}
