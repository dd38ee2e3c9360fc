import Contracts
import OpenSSL

/// A refresh token as its holder has it, 256 random bits, of which only a hash is stored.
struct RefreshSecret: Sendable, Hashable {
    let text: String

    init() { text = .randomToken() }

    init(_ text: String) { self.text = text }

    private var bytes: [UInt8] { Array(text.utf8) }

    var hash: [UInt8] { SHA256.hash(bytes) }

    /// Seals the token that follows this one, for whoever presents this one again.
    func seal(_ successor: RefreshSecret) throws -> [UInt8] {
        try cipher().seal(successor.bytes, authenticating: hash)
    }

    func open(_ sealed: [UInt8]) throws -> RefreshSecret {
        RefreshSecret(String(decoding: try cipher().open(sealed, authenticating: hash), as: UTF8.self))
    }

    private func cipher() throws -> AES256GCM {
        try AES256GCM(
            key: HKDFSHA256.deriveKey(from: bytes, info: Array("successor of a refresh token".utf8), count: 32)
        )
    }
}

extension String {
    /// 256 random bits in base64url, 43 characters.
    static func randomToken() -> String { Base64URL.encode(SecureRandom.bytes(32)) }
}
