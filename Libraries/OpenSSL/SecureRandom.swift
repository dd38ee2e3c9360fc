internal import COpenSSL

/// Unpredictable bytes from OpenSSL's generator, which the kernel seeds.
///
/// A machine that cannot give any stops the process: going on with predictable keys and nonces would be worse.
public enum SecureRandom {
    /// `count` random bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(CInt.max))
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard unsafe count == 0 || RAND_bytes(buffer.baseAddress, CInt(count)) == 1 else {
                fatalError("OpenSSL has no random bytes")
            }
            filled = count
        }
    }

    /// A random number over the whole range.
    public static func uint64() -> UInt64 {
        bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
