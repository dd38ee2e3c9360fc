extension Settings {
    /// Reads a key of at least `count` bytes in hexadecimal; empty if there is none.
    public func optionalKey(_ name: String, bytes count: Int, _ meaning: String) -> [UInt8] {
        optional(name, "a key of at least \(count) bytes in hexadecimal: \(meaning)", isSecret: true) { text in
            Self.bytes(hexadecimal: text).flatMap { $0.count >= count ? $0 : nil }
        } ?? []
    }
}
