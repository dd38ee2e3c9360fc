internal import OpenSSL
internal import Synchronization

/// Numbers that nobody else has, for the names of requests and spans, which are no secrets.
///
/// One sequence of the process (SplitMix64), begun at a secret place. The system's generator costs a call into the kernel for
/// each number, of which a request with its trace needs four.
struct NameGenerator: RandomNumberGenerator {
    private static let state = Atomic<UInt64>(SecureRandom.uint64())

    mutating func next() -> UInt64 {
        SplitMix64.mixed(Self.state.wrappingAdd(SplitMix64.step, ordering: .relaxed).newValue)
    }
}

extension FixedWidthInteger {
    /// A number for a name.
    static func name(in range: ClosedRange<Self>) -> Self {
        var generator = NameGenerator()
        return .random(in: range, using: &generator)
    }
}
