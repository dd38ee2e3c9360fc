internal import COpenSSL

/// An Ed25519 private key, RFC 8032: it signs.
///
/// OpenSSL's key object is made anew for each use, which costs a fiftieth of a signature and leaves no pointer to share.
public struct Ed25519PrivateKey: Sendable {
    /// The length of a seed.
    public static let byteCount = 32

    /// The 32 bytes that the key is made of; a secret.
    public let seed: [UInt8]
    /// The 32 bytes of the public key that belongs to it.
    public let publicKey: [UInt8]

    /// Makes a new random key.
    public init() throws(OpenSSLError) {
        try self.init(seed: SecureRandom.bytes(Self.byteCount))
    }

    /// Takes a key back from its seed.
    ///
    /// - Throws: `OpenSSLError.wrongKeyLength`.
    public init(seed: [UInt8]) throws(OpenSSLError) {
        guard seed.count == Self.byteCount else { throw .wrongKeyLength(expected: Self.byteCount, got: seed.count) }
        self.seed = seed
        publicKey = try EVPKey(seed: seed).publicBytes()
    }

    /// The 64-byte signature of `message`.
    public func signature(for message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try EVPKey(seed: seed).sign(message)
    }
}

/// An Ed25519 public key, RFC 8032: it checks signatures.
public struct Ed25519PublicKey: Sendable, Hashable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Takes a key from its bytes.
    ///
    /// - Throws: `OpenSSLError.wrongKeyLength`.
    public init(bytes: [UInt8]) throws(OpenSSLError) {
        guard bytes.count == Ed25519PrivateKey.byteCount else {
            throw .wrongKeyLength(expected: Ed25519PrivateKey.byteCount, got: bytes.count)
        }
        self.bytes = bytes
    }

    /// Whether `signature` was made over `message` with the private key that belongs to this one.
    public func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard let key = try? EVPKey(publicBytes: bytes) else { return false }  // no key signed anything
        return key.verify(signature, message)
    }
}

/// One `EVP_PKEY`, freed with its owner.
@safe private struct EVPKey: ~Copyable {
    private let key: OpaquePointer

    init(seed: [UInt8]) throws(OpenSSLError) {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw .failed(operation: "EVP_PKEY_new_raw_private_key")
        }
        unsafe self.key = key
    }

    init(publicBytes: [UInt8]) throws(OpenSSLError) {
        guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicBytes, publicBytes.count) else {
            throw .failed(operation: "EVP_PKEY_new_raw_public_key")
        }
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    func publicBytes() throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == bytes.count else {
            throw .failed(operation: "EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }

    func sign(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .failed(operation: "EVP_MD_CTX_new") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count
        else { throw .failed(operation: "EVP_DigestSign") }
        return signature
    }

    func verify(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
