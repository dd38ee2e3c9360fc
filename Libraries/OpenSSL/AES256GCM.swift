internal import COpenSSL

/// AES-256 in Galois/Counter Mode, NIST SP 800-38D: secrecy and integrity for data at rest.
///
/// A sealed message is the random 12-byte nonce, the ciphertext and the 16-byte tag. Random nonces allow about 2³² messages
/// under one key before a repetition becomes likely enough to matter.
public struct AES256GCM: Sendable {
    private static let nonceBytes = 12
    private static let tagBytes = 16

    private let key: [UInt8]

    /// Takes a 32-byte key.
    ///
    /// - Throws: `OpenSSLError.wrongKeyLength`.
    public init(key: [UInt8]) throws(OpenSSLError) {
        guard key.count == 32 else { throw .wrongKeyLength(expected: 32, got: key.count) }
        self.key = key
    }

    /// Encrypts `plaintext`.
    ///
    /// - Parameters:
    ///   - plaintext: What is to be kept secret.
    ///   - context: What the message belongs to, such as its row's key: not stored, and needed again to open it.
    /// - Returns: The sealed message, 28 bytes longer than the plaintext.
    /// - Throws: `OpenSSLError.failed`, which happens only when memory is exhausted.
    public func seal(_ plaintext: [UInt8], authenticating context: [UInt8] = []) throws(OpenSSLError) -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.nonceBytes)
        let cipher = try Cipher(direction: .encrypt, key: key, nonce: nonce)
        try cipher.authenticate(context)
        let ciphertext = try cipher.update(plaintext[...])
        return nonce + ciphertext + (try cipher.tag())
    }

    /// Decrypts what `seal` gave for the same key and context.
    ///
    /// - Throws: `OpenSSLError.notAuthentic` when anything about it was changed.
    public func open(_ sealed: [UInt8], authenticating context: [UInt8] = []) throws(OpenSSLError) -> [UInt8] {
        guard sealed.count >= Self.nonceBytes + Self.tagBytes else { throw .notAuthentic }
        let ciphertext = sealed[Self.nonceBytes..<(sealed.count - Self.tagBytes)]
        let cipher = try Cipher(direction: .decrypt, key: key, nonce: Array(sealed.prefix(Self.nonceBytes)))
        try cipher.authenticate(context)
        let plaintext = try cipher.update(ciphertext)
        try cipher.verify(tag: Array(sealed.suffix(Self.tagBytes)))
        return plaintext
    }

    /// One use of an `EVP_CIPHER_CTX`, freed with it.
    @safe private final class Cipher {
        enum Direction: CInt {
            case decrypt = 0
            case encrypt = 1
        }

        private let context: OpaquePointer

        init(direction: Direction, key: [UInt8], nonce: [UInt8]) throws(OpenSSLError) {
            guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .failed(operation: "EVP_CIPHER_CTX_new") }
            unsafe self.context = unsafe context
            let isReady = unsafe EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce, direction.rawValue) == 1
            guard isReady else { throw .failed(operation: "EVP_CipherInit_ex") }
        }

        deinit {
            unsafe EVP_CIPHER_CTX_free(context)
        }

        func authenticate(_ bytes: [UInt8]) throws(OpenSSLError) {
            guard !bytes.isEmpty else { return }
            var count: CInt = 0
            guard unsafe EVP_CipherUpdate(context, nil, &count, bytes, CInt(bytes.count)) == 1 else {
                throw .failed(operation: "EVP_CipherUpdate")
            }
        }

        func update(_ input: ArraySlice<UInt8>) throws(OpenSSLError) -> [UInt8] {
            guard !input.isEmpty else { return [] }
            var count: CInt = 0
            let output = unsafe [UInt8](unsafeUninitializedCapacity: input.count) { output, filled in
                unsafe input.withUnsafeBufferPointer { input in
                    guard
                        unsafe EVP_CipherUpdate(
                            context,
                            output.baseAddress,
                            &count,
                            input.baseAddress,
                            CInt(input.count)
                        ) == 1
                    else { return }
                    filled = Int(count)
                }
            }
            guard output.count == input.count else { throw .failed(operation: "EVP_CipherUpdate") }
            return output
        }

        func tag() throws(OpenSSLError) -> [UInt8] {
            try finish(otherwise: .failed(operation: "EVP_CipherFinal_ex"))
            var tag = [UInt8](repeating: 0, count: AES256GCM.tagBytes)
            guard unsafe copenssl_gcm_tag(context, &tag) == 1 else { throw .failed(operation: "EVP_CTRL_GCM_GET_TAG") }
            return tag
        }

        func verify(tag: [UInt8]) throws(OpenSSLError) {
            var tag = tag
            guard unsafe copenssl_gcm_expect_tag(context, &tag) == 1 else { throw .notAuthentic }
            try finish(otherwise: .notAuthentic)
        }

        /// Ends the message; GCM has no bytes left to give, and compares the tag when it decrypts.
        private func finish(otherwise error: OpenSSLError) throws(OpenSSLError) {
            var rest = [UInt8](repeating: 0, count: 16)
            var count: CInt = 0
            guard unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1 else { throw error }
        }
    }
}
