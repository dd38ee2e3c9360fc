/// How long an operation's recent answers took, over all replicas.
///
/// A histogram whose steps are a third to a half apart, and which forgets: after 1,000 answers all counts are halved.
struct LatencyProfile {
    /// How many answers it takes to say anything.
    static let leastAnswers = 20
    /// The first step's upper end is 2^6 µs and a half.
    private static let firstExponent = 6

    private var counts = [UInt32](repeating: 0, count: 48)
    private var total: UInt32 = 0
    private var untilNextLook = leastAnswers
    /// The median; `nil` while too little is known.
    private(set) var usual: Duration?
    /// What only one answer in twenty exceeds; `nil` while too little is known.
    private(set) var high: Duration?

    mutating func record(_ duration: Duration) {
        counts[Self.step(of: duration)] += 1
        total += 1
        untilNextLook -= 1
        guard untilNextLook == 0 else { return }
        untilNextLook = Self.leastAnswers
        usual = quantile(0.5)
        high = quantile(0.95)
        if total >= 1000 {
            for index in counts.indices { counts[index] /= 2 }
            total = counts.reduce(0, +)
        }
    }

    /// Powers of two, each with one step between.
    private static func step(of duration: Duration) -> Int {
        let time = UInt64(max(duration.microseconds, 1 << firstExponent))
        let exponent = 63 - time.leadingZeroBitCount
        let half = Int(time >> (UInt64(exponent) - 1) & 1)
        return min((exponent - firstExponent) * 2 + half, 47)
    }

    private func quantile(_ share: Double) -> Duration {
        var remaining = Double(total) * share
        for (index, count) in counts.enumerated() {
            remaining -= Double(count)
            if remaining <= 0 { return Self.end(of: index) }
        }
        return Self.end(of: counts.count - 1)
    }

    private static func end(of step: Int) -> Duration {
        let base = 1 << (firstExponent + step / 2)
        return .microseconds(step % 2 == 0 ? base + base / 2 : base * 2)
    }
}
