import Contracts
import OpenSSL
import TestKit
import Testing

@testable import Tokens

@Suite("Tokens for live connections")
struct RealtimeTokenTests {
    let tokens = RealtimeTokens(key: [UInt8](repeating: 7, count: 32))
    let claims = RealtimeClaims(subject: "42", session: "s", issuedAt: 1_000, expiresAt: 2_000)

    private func refusal(of token: String, now: Int = 1_500) async -> TokenError? {
        do {
            _ = try await tokens.verify(token, now: now)
            return nil
        } catch { return error }
    }

    private func sign(_ payload: JSONObject, algorithm: String = "HS256") -> String {
        compactToken(["alg": .string(algorithm)], Base64URL.encode(JSONValue.object(payload).bytes)) {
            HMACSHA256(key: [UInt8](repeating: 7, count: 32)).authenticationCode(for: $0)
        }
    }

    @Test("What was issued is accepted until it expires")
    func accepted() async throws {
        let token = try await tokens.issue(claims)
        #expect(try await tokens.verify(token, now: 1_999) == claims)
        #expect(await refusal(of: token, now: 2_000) == .expired)
    }

    @Test("Another key's, another algorithm's and a channel's token are refused")
    func refused() async throws {
        let foreign = try await RealtimeTokens(key: [UInt8](repeating: 8, count: 32)).issue(claims)
        #expect(await refusal(of: foreign) == .badSignature)
        #expect(await refusal(of: sign(JSONObject([("sub", "42")]), algorithm: "none")) == .wrongAlgorithm)
        #expect(await refusal(of: sign(JSONObject([("sub", "42"), ("channel", "news")]))) == .wrongClaims)
        #expect(await refusal(of: sign(JSONObject([("sub", "42"), ("exp", "soon")]))) == .wrongClaims)
        #expect(await refusal(of: sign(JSONObject([("sub", "42"), ("nbf", 1_501)]))) == .notYetValid)
        #expect(await refusal(of: "garbage") == .malformed)
    }

    @Test("A token with any character changed is refused", arguments: Seed.batch(100))
    func tampered(seed: Seed) async throws {
        var random = seed.generator
        var characters = Array(try await tokens.issue(claims).utf8)
        let index = Int.random(in: 0..<characters.count, using: &random)
        characters[index] ^= UInt8(1 << Int.random(in: 0..<7, using: &random))
        #expect(await refusal(of: String(decoding: characters, as: UTF8.self)) != nil)
    }
}

@Suite("Key sets")
struct VerificationKeysTests {
    @Test("Keys of other kinds and uses are left aside")
    func foreignKeys() async throws {
        let key = try SigningKey(id: "a")
        let json = """
            {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "a", "x": "\(key.encodedPublicKey)"},
            {"kty": "RSA", "kid": "b", "n": "AQAB", "e": "AQAB"}, {"kty": "OKP", "crv": "Ed25519", "use": "enc", "kid": "c", "x": "\(key.encodedPublicKey)"},
            {"kty": "OKP", "crv": "Ed25519", "kid": "d", "x": "AAAA"}]}
            """
        #expect(try await VerificationKeys(jsonWebKeySet: Array(json.utf8)).ids == ["a"])
        await #expect(throws: (any Error).self) { try await VerificationKeys(jsonWebKeySet: Array("{}".utf8)) }
    }

    @Test("A pair survives storage")
    func storage() throws {
        let key = try SigningKey(id: "a")
        #expect(try SigningKey(id: "a", privateKey: key.privateKey).publicKey == key.publicKey)
        #expect(throws: (any Error).self) {
            try SigningKey(id: "a", privateKey: Array(key.privateKey.dropLast()))
        }
    }
}

@Suite("Signatures that others published")
struct PublishedVectorTests {
    @Test("RFC 8037 A.2: the public key of a published private one")
    func ed25519() throws {
        let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let key = try SigningKey(id: "rfc", privateKey: seed)
        #expect(key.encodedPublicKey == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    }

    @Test("RFC 7515 A.1: an HMAC-SHA-256 signature in compact form")
    func hmac() async throws {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
        let signed =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        let tokens = RealtimeTokens(key: try #require(Base64URL.decode(key)))
        // The signature is right: what is missing is the subject.
        await #expect(throws: TokenError.wrongClaims) {
            try await tokens.verify(signed + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", now: 1_300_819_379)
        }
    }
}
