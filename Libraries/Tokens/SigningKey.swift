import Contracts
import Crypto
import JWTKit

/// An Ed25519 key pair that signs access tokens.
public struct SigningKey: Sendable {
    /// The `kid` by which tokens and the key set name it.
    public let id: String
    let key: EdDSA.PrivateKey

    /// Makes a new random pair.
    public init(id: String) throws {
        self.id = id
        key = try EdDSA.PrivateKey()
    }

    /// Takes a pair back from storage.
    ///
    /// - Parameters:
    ///   - id: Its `kid`.
    ///   - privateKey: The 32-byte seed.
    /// - Throws: When the seed has another length.
    /// - Throws: An error of swift-crypto for a seed of another length.
    public init(id: String, privateKey: [UInt8]) throws {
        self.id = id
        key = EdDSA.PrivateKey(backing: try Curve25519.Signing.PrivateKey(rawRepresentation: privateKey))
    }

    var kid: JWKIdentifier { JWKIdentifier(string: id) }
    /// The 32-byte seed; a secret.
    public var privateKey: [UInt8] { [UInt8](key.rawRepresentation) }
    /// The 32 bytes that others check signatures with.
    public var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }
    /// The public key as the member `x` of a JSON Web Key.
    public var encodedPublicKey: String { Base64URL.encode(publicKey) }
}

/// The public keys that access tokens may be signed with.
public struct VerificationKeys: Sendable {
    let collection = JWTKeyCollection()
    /// The member `x` of each key, by `kid`.
    private let keys: [String: String]

    /// No keys at all.
    public init() { keys = [:] }

    public init(_ keys: [SigningKey]) async throws {
        try await self.init(Dictionary(keys.map { ($0.id, $0.encodedPublicKey) }) { first, _ in first })
    }

    /// Reads a JSON Web Key Set.
    ///
    /// Keys of other kinds and uses are left aside, as RFC 7517 §5 asks.
    ///
    /// - Throws: `JSONSyntaxError`, or `TokenError.malformed` when it is no key set.
    public init(jsonWebKeySet bytes: [UInt8]) async throws {
        guard let entries = try JSONParser.parse(bytes)["keys"]?.arrayValue else { throw TokenError.malformed }
        var keys: [String: String] = [:]
        for entry in entries {
            guard entry["kty"]?.stringValue == "OKP", entry["crv"]?.stringValue == "Ed25519",
                entry["use"] == nil || entry["use"]?.stringValue == "sig", let id = entry["kid"]?.stringValue,
                let x = entry["x"]?.stringValue, Base64URL.decode(x)?.count == 32
            else { continue }
            keys[id] = x
        }
        try await self.init(keys)
    }

    private init(_ keys: [String: String]) async throws {
        self.keys = keys
        for (id, x) in keys {
            await collection.add(eddsa: try EdDSA.PublicKey(x: x, curve: .ed25519), kid: JWKIdentifier(string: id))
        }
    }

    public var ids: [String] { keys.keys.sorted() }
    public var isEmpty: Bool { keys.isEmpty }

    func contains(_ id: String) -> Bool { keys[id] != nil }
}

extension VerificationKeys: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.keys == right.keys }
}
