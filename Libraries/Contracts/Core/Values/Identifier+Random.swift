extension Identifier {
    /// Makes a version 4 UUID, which does not reveal when it was made.
    public static func random() -> Self {
        Self(randomBits: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max)))
    }

    /// Makes a version 4 UUID from bits that are as good as random, such as a keyed hash.
    public init(randomBits bits: (UInt64, UInt64)) {
        self.init(
            high: bits.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: bits.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }
}
