/// The operations of one service that a client has called, by number.
struct OperationTable {
    struct Entry {
        let name: String
        var latency = LatencyProfile()
    }

    /// Callers choose names, so their number is bounded; what comes later shares the first entry.
    private static let most = 256

    private(set) var names: [String: Int] = [:]
    var entries = [Entry(name: "others")]

    mutating func index(of name: String) -> Int {
        if let index = names[name] { return index }
        guard entries.count < Self.most else { return 0 }
        names[name] = entries.count
        entries.append(Entry(name: name))
        return entries.count - 1
    }

    func latency(of operation: Int) -> LatencyProfile { entries[operation].latency }
}
