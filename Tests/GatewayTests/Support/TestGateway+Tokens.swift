import Contracts
import Crypto
import OpenSSL
import ServiceKit
import Tokens

extension TestGateway {
    /// An access token with a header and claims that our issuer never writes, or does not write yet.
    func cookieToken(type: JSONValue = "at+jwt", csrfHash: String? = nil) async throws -> String {
        guard let key = keys.first else { throw Missing(what: "key") }
        let now = Timestamp.now().secondsSince1970
        let header: JSONValue = ["alg": "EdDSA", "kid": .string(key.id), "typ": type]
        var claims = JSONObject([
            ("sub", .string("\(UserID())")), ("sid", .string("\(SessionID())")), ("email", "ada@uni.example"),
            ("role", "student"), ("permissions", []), ("iat", .integer(now)), ("exp", .integer(now + 900)),
            ("iss", "rovierr"), ("aud", "rovierr"),
        ])
        if let csrfHash { claims["csh"] = .string(csrfHash) }
        let signed = Base64URL.encode(header.bytes) + "." + Base64URL.encode(JSONValue.object(claims).bytes)
        let signer = try Curve25519.Signing.PrivateKey(rawRepresentation: key.privateKey)
        return signed + "." + Base64URL.encode([UInt8](try signer.signature(for: Array(signed.utf8))))
    }
}
