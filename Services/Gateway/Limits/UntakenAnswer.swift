import NIOCore

/// An answer that waits in memory for its client to receive it.
struct UntakenAnswer {
    let source: RateKey
    let bytes: Int
    /// The time since when the client has received none of it.
    let since: NIODeadline

    /// Chooses the answers to drop: again and again, the longest-waiting one of the source with the most bytes.
    ///
    /// - Parameters:
    ///   - answers: All untaken answers.
    ///   - limit: The maximum of bytes that may be left.
    /// - Returns: Their indices.
    static func surplus(of answers: [UntakenAnswer], over limit: Int) -> [Int] {
        var indices: [RateKey: [Int]] = [:]
        for index in answers.indices.sorted(by: { answers[$0].since > answers[$1].since }) {
            indices[answers[index].source, default: []].append(index)
        }
        var held = indices.mapValues { $0.reduce(0) { $0 + answers[$1].bytes } }
        var rest = held.values.reduce(0, +)
        var surplus: [Int] = []
        while rest > limit, let source = held.max(by: { $0.value < $1.value })?.key,
            let index = indices[source]?.popLast()
        {
            rest -= answers[index].bytes
            held[source, default: 0] -= answers[index].bytes
            surplus.append(index)
        }
        return surplus
    }
}
