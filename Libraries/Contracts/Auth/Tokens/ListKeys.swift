public import Contracts

/// Lists the public keys that access tokens are signed with, so that anyone can check a token.
///
/// A new key is listed before it signs, and an old one until the last token that it signed has expired.
public struct ListKeys: ServiceOperation {
    public static let contract = Contract(
        "auth.keys.list",
        .get("//.well-known/jwks.json"),
        access: .everyone,
        "List the public keys of access tokens"
    )
    public typealias Reply = Bare<PublicKeySet>
}

/// A JSON Web Key Set (RFC 7517 §5).
public struct PublicKeySet: ContractObject, Equatable {
    public let keys: [PublicKey]

    public init(keys: [PublicKey]) { self.keys = keys }
}

/// An Ed25519 public key as a JSON Web Key (RFC 8037 §2).
public struct PublicKey: ContractObject, Equatable {
    public let kid: String
    /// The 32 bytes in base64url.
    public let x: String
    public let kty: String
    public let crv: String
    public let alg: String
    public let use: String

    /// - Parameters:
    ///   - kid: Which key it is; tokens name it in their header.
    ///   - x: The 32 bytes in base64url.
    public init(kid: String, x: String) {
        self.kid = kid
        self.x = x
        kty = "OKP"
        crv = "Ed25519"
        alg = "EdDSA"
        use = "sig"
    }
}
