/// HKDF with SHA-256, RFC 5869: independent keys from one good secret.
public enum HKDFSHA256 {
    /// Derives a key.
    ///
    /// - Parameters:
    ///   - secret: Input with enough entropy: a random key, never a password.
    ///   - salt: Optional and not secret.
    ///   - info: What the key is for; another text gives an unrelated key.
    ///   - count: The key's length, at most 8,160 bytes.
    /// - Returns: `count` bytes.
    /// - Throws: `OpenSSLError.outputTooLong`.
    public static func deriveKey(
        from secret: [UInt8],
        salt: [UInt8] = [],
        info: [UInt8],
        count: Int
    ) throws(OpenSSLError) -> [UInt8] {
        guard count >= 0, count <= 255 * SHA256.byteCount else { throw .outputTooLong }
        let extracted = HMACSHA256(key: HMACSHA256(key: salt).authenticationCode(for: secret))
        var key: [UInt8] = []
        var block: [UInt8] = []
        var number: UInt8 = 0
        while key.count < count {
            number += 1
            block = extracted.authenticationCode(for: block, info, [number])
            key += block
        }
        return Array(key.prefix(count))
    }
}
