/// The moments at which a loop's tickers are due; few, so that looking at all of them is the quickest.
struct Timetable {
    private var moments: [(token: UInt64, due: ContinuousClock.Instant)] = []

    /// The first moment at which anything is due; `nil` if nothing is.
    var next: ContinuousClock.Instant? { moments.lazy.map { $0.due }.min() }

    /// Makes something due at a moment, unless it is due earlier.
    ///
    /// - Returns: `true` if it is the first thing due, from now on and not before.
    mutating func set(_ token: UInt64, at moment: ContinuousClock.Instant) -> Bool {
        let isFirst = next.map { moment < $0 } ?? true
        if let index = moments.firstIndex(where: { $0.token == token }) {
            moments[index].due = min(moment, moments[index].due)
        } else {
            moments.append((token, moment))
        }
        return isFirst
    }

    mutating func remove(_ token: UInt64) { moments.removeAll { $0.token == token } }

    /// Takes out what is due, the earliest first.
    mutating func takeDue(_ now: ContinuousClock.Instant) -> [UInt64] {
        guard let next, next <= now else { return [] }
        let due = moments.filter { $0.due <= now }.sorted { $0.due < $1.due }
        moments.removeAll { $0.due <= now }
        return due.map { $0.token }
    }
}
