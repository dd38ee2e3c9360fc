import Contracts

/// What a client would rather read (RFC 9110 §12.5.1).
enum MediaRange {
    /// Whether `first` is to be sent and not `second`, which is what clients get that do not care.
    ///
    /// A client that names `first` only through a wildcard does not care.
    static func prefers(_ first: String, over second: String, in accept: String) -> Bool {
        let ranges = accept.lowercased().split(separator: ",").map(parse)
        guard let named = ranges.first(where: { $0.type == first }), named.weight > 0 else { return false }
        let family = second.prefix { $0 != "/" } + "/*"
        let other =
            ranges.first { $0.type == second } ?? ranges.first { $0.type == family }
            ?? ranges.first { $0.type == "*/*" }
        guard let other else { return true }
        // Clients that list both at the same weight name the more special one for a reason.
        return named.weight >= other.weight
    }

    private static func parse(_ range: Substring) -> (type: String, weight: Double) {
        let parts = range.split(separator: ";").map { $0.trimmed }
        let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
        return (parts.first ?? "", weight ?? 1)
    }
}
