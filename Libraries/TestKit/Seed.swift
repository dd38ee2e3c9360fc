import Foundation

/// The starting point of one case of a property test; it alone decides every random choice of the case.
///
/// A test takes a batch as its arguments, so a failure names its seed as `SEED=0x…`; the environment variable of
/// that name repeats the one case:
///
///     @Test(arguments: Seed.batch(200))
///     func property(seed: Seed) {
///         var random = seed.generator
///         let size = Int.random(in: 0..<100, using: &random)
///     }
public struct Seed: Sendable, Hashable, Codable, CustomStringConvertible {
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }

    /// A fresh generator; two of the same seed give the same numbers.
    public var generator: SeededGenerator { SeededGenerator(seed: value) }

    public var description: String { "SEED=0x" + String(value, radix: 16) }

    /// Different seeds on every run, or the one in the environment variable `SEED` (decimal, or hexadecimal after `0x`).
    public static func batch(_ count: Int) -> [Seed] {
        if let text = ProcessInfo.processInfo.environment["SEED"], let value = parse(text) { return [Seed(value)] }
        return (0..<count).map { _ in Seed(.random(in: .min ... .max)) }
    }

    private static func parse(_ text: String) -> UInt64? {
        text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    }
}

/// SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014): small, fast, repeatable.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
