internal import COpenSSL

/// SHA-256, FIPS 180-4.
public enum SHA256 {
    /// The length of a hash.
    public static let byteCount = 32

    /// The 32-byte hash of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var state = SHA256State()
        state.update(bytes[...])
        return state.finalize()
    }

    /// The 32-byte hash of the text's UTF-8.
    public static func hash(utf8 text: Substring) -> [UInt8] {
        var state = SHA256State()
        let bytes = text.utf8.span
        state.update(bytes)
        return state.finalize()
    }
}

/// A hash in progress; a copy of it is an independent hash with the same beginning.
struct SHA256State: Sendable {
    private var context = SHA256_CTX()

    init() {
        unsafe SHA256_Init(&context)
    }

    mutating func update(_ bytes: ArraySlice<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe SHA256_Update(&context, $0.baseAddress, $0.count) }
    }

    mutating func update(_ bytes: Span<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe SHA256_Update(&context, $0.baseAddress, $0.count) }
    }

    /// The hash of everything given so far; the state is used up.
    mutating func finalize() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            unsafe SHA256_Final(buffer.baseAddress, &context)
            count = SHA256.byteCount
        }
    }
}
