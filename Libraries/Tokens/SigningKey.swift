import Contracts
import OpenSSL

/// An Ed25519 key pair that signs access tokens.
public struct SigningKey: Sendable {
    /// The `kid` by which tokens and the key set name it.
    public let id: String
    let key: Ed25519PrivateKey

    /// Makes a new random pair.
    public init(id: String) throws {
        self.id = id
        key = try Ed25519PrivateKey()
    }

    /// Takes a pair back from storage.
    ///
    /// - Parameters:
    ///   - id: Its `kid`.
    ///   - privateKey: The 32-byte seed.
    public init(id: String, privateKey: [UInt8]) throws {
        self.id = id
        key = try Ed25519PrivateKey(seed: privateKey)
    }

    /// The 32-byte seed; a secret.
    public var privateKey: [UInt8] { key.seed }
    /// The 32 bytes that others check signatures with.
    public var publicKey: [UInt8] { key.publicKey }
    /// The public key as the member `x` of a JSON Web Key.
    public var encodedPublicKey: String { Base64URL.encode(key.publicKey) }
}

/// The public keys that access tokens may be signed with.
public struct VerificationKeys: Sendable, Equatable {
    private let keys: [String: Ed25519PublicKey]

    public init(_ keys: [SigningKey] = []) {
        let pairs = keys.compactMap { key in (try? Ed25519PublicKey(bytes: key.publicKey)).map { (key.id, $0) } }
        self.keys = Dictionary(pairs) { first, _ in first }
    }

    /// Reads a JSON Web Key Set. Keys of other kinds and uses are left aside, as RFC 7517 §5 asks.
    ///
    /// - Throws: `JSONSyntaxError`, or `TokenError.malformed` when it is no key set.
    public init(jsonWebKeySet bytes: [UInt8]) throws {
        guard let entries = try JSONParser.parse(bytes)["keys"]?.arrayValue else { throw TokenError.malformed }
        var keys: [String: Ed25519PublicKey] = [:]
        for entry in entries {
            guard entry["kty"]?.stringValue == "OKP", entry["crv"]?.stringValue == "Ed25519",
                entry["use"] == nil || entry["use"]?.stringValue == "sig", let id = entry["kid"]?.stringValue,
                let bytes = entry["x"]?.stringValue.flatMap(Base64URL.decode),
                let key = try? Ed25519PublicKey(bytes: bytes)  // one of another length is no key
            else { continue }
            keys[id] = key
        }
        self.keys = keys
    }

    public var ids: [String] { keys.keys.sorted() }
    public var isEmpty: Bool { keys.isEmpty }

    subscript(id: String) -> Ed25519PublicKey? { keys[id] }
}
