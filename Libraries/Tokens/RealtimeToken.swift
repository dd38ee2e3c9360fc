import Contracts
public import JWTKit

/// What a token for a live connection says; the names are those of Centrifugo's connection JWT.
public struct RealtimeClaims: JWTPayload, Equatable {
    /// The user's id; empty for nobody.
    public var subject: String
    /// The session whose end closes the connection; tokens of other makers have none.
    public var session: String?
    /// In seconds since 1970.
    public var issuedAt: Int?
    /// In seconds since 1970; `nil` for a connection that needs no new token.
    public var expiresAt: Int?
    var notBefore: Int?
    /// A token for one channel does not open a connection.
    var channel: String?

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case session = "sid"
        case issuedAt = "iat"
        case expiresAt = "exp"
        case notBefore = "nbf"
        case channel
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        subject = try container.decode(String.self, forKey: .subject)
        session = try container.decodeIfPresent(String.self, forKey: .session)
        issuedAt = try container.decodeSeconds(.issuedAt)
        expiresAt = try container.decodeSeconds(.expiresAt)
        notBefore = try container.decodeSeconds(.notBefore)
        channel = try container.decodeIfPresent(String.self, forKey: .channel)
    }

    public init(subject: String, session: String?, issuedAt: Int?, expiresAt: Int?) {
        self.subject = subject
        self.session = session
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// Nothing: `RealtimeTokens` checks the claims, with a clock that tests can set.
    public func verify(using algorithm: some JWTAlgorithm) {}
}

/// Issues and checks tokens for live connections: JWT with HMAC-SHA-256 (RFC 7518 §3.2) under a key of their own, so that
/// none of them is an access token and no access token one of them.
public struct RealtimeTokens: Sendable {
    private let key: [UInt8]

    /// - Parameter key: 32 random bytes or more.
    public init(key: [UInt8]) {
        precondition(key.count >= 32, "A key for HS256 has 32 bytes or more")
        self.key = key
    }

    private func keys() async -> JWTKeyCollection {
        await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    }

    /// The signed token.
    public func issue(_ claims: RealtimeClaims) async throws -> String {
        try await keys().sign(claims)
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: As the client sent it.
    ///   - now: In seconds since 1970.
    /// - Returns: What it says.
    /// - Returns: What it says.
    /// - Throws: `TokenError.expired` and `.notYetValid`, with which a client gets a new token and tries again; everything
    ///   else is final.
    public func verify(_ token: String, now: Int) async throws(TokenError) -> RealtimeClaims {
        guard try TokenForm.header(of: token)["alg"] == "HS256" else { throw .wrongAlgorithm }
        let claims: RealtimeClaims = try await keys().claims(of: token)
        guard claims.channel == nil else { throw .wrongClaims }
        if let expiresAt = claims.expiresAt, now >= expiresAt { throw .expired }
        if let notBefore = claims.notBefore, now < notBefore { throw .notYetValid }
        return claims
    }
}

extension KeyedDecodingContainer<RealtimeClaims.CodingKeys> {
    /// Decodes a time as in RFC 7519 (§2), dropping the fraction that it may have.
    fileprivate func decodeSeconds(_ key: Key) throws -> Int? {
        guard let seconds = try decodeIfPresent(Double.self, forKey: key) else { return nil }
        guard let whole = Int(exactly: seconds.rounded(.down)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "A time is out of range")
        }
        return whole
    }
}
