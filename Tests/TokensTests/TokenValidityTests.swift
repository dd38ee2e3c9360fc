import Contracts
import JWTKit
import OpenSSL
import TestKit
import Testing

@testable import Tokens

// **Feature: rovierr-platform-foundation, Property 3: Authentication Token Validity**
@Suite("Property 3: a valid token is accepted and every other one refused")
struct TokenValidityTests {
    static let now = 1_800_000_000

    /// An issuer, its verifier and a token, all decided by the seed.
    struct Case {
        let key: SigningKey
        let claims: AccessTokenClaims
        let token: String
        let verifier: TokenVerifier
        var random: SeededGenerator

        init(_ seed: Seed) async throws {
            var random = seed.generator
            let keySeed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            key = try SigningKey(id: "key-\(UInt32.random(in: .min ... .max, using: &random))", privateKey: keySeed)
            let issuedAt = now - Int.random(in: 0..<900, using: &random)
            claims = AccessTokenClaims(
                subject: "\(UserID(high: random.next(), low: random.next()))",
                session: "\(SessionID(high: random.next(), low: random.next()))",
                tenant: Bool.random(using: &random) ? "\(UniversityID(high: random.next(), low: random.next()))" : nil,
                role: ["student", "moderator", "admin"].randomElement(using: &random) ?? "student",
                permissions: (0..<Int.random(in: 0..<4, using: &random)).map { "subject\($0):write" },
                issuedAt: issuedAt,
                expiresAt: issuedAt + 900,
                issuer: "rovierr",
                audience: "rovierr",
                csrfHash: Bool.random(using: &random) ? AccessTokenClaims.csrfHash(of: "\(random.next())") : nil
            )
            token = try await TokenIssuer(key: key).issue(claims)
            verifier = TokenVerifier(keys: try await VerificationKeys([key]), issuer: "rovierr", audience: "rovierr")
            self.random = random
        }

        func refusal(of token: String, now: Int = TokenValidityTests.now) async -> TokenError? {
            do {
                _ = try await verifier.verify(token, now: now)
                return nil
            } catch { return error }
        }

        func issue(_ change: (inout AccessTokenClaims) -> Void) async throws -> String {
            var changed = claims
            change(&changed)
            return try await TokenIssuer(key: key).issue(changed)
        }

        /// The token's claims under another header, signed in another way.
        func forge(algorithm: String, sign: ([UInt8]) -> [UInt8]) throws -> String {
            let payload = token.split(separator: ".")[1]
            return compactToken(
                ["alg": .string(algorithm), "typ": "at+jwt", "kid": .string(key.id)],
                String(payload),
                sign
            )
        }

        /// The token's claims, correctly signed, in a token of another type.
        func retyped(_ type: String?) async throws -> String {
            let keys = await JWTKeyCollection().add(eddsa: key.key, kid: key.kid)
            let header: JWTHeader = type.map { ["typ": .string($0)] } ?? [:]
            return try await keys.sign(claims, kid: key.kid, header: header)
        }
    }

    @Test("What was issued is accepted, with every claim as it was", arguments: Seed.batch(100))
    func accepted(seed: Seed) async throws {
        let subject = try await Case(seed)
        #expect(try await subject.verifier.verify(subject.token, now: Self.now) == subject.claims)
    }

    @Test("A token with any character changed is refused", arguments: Seed.batch(200))
    func tampered(seed: Seed) async throws {
        var subject = try await Case(seed)
        var characters = Array(subject.token.utf8)
        let index = Int.random(in: 0..<characters.count, using: &subject.random)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=".utf8)
        let other = alphabet.filter { $0 != characters[index] }.randomElement(using: &subject.random)
        characters[index] = try #require(other)
        #expect(await subject.refusal(of: String(decoding: characters, as: UTF8.self)) != nil)
    }

    @Test("A token cut short or with something after it is refused", arguments: Seed.batch(100))
    func truncated(seed: Seed) async throws {
        var subject = try await Case(seed)
        let length = Int.random(in: 0..<subject.token.utf8.count, using: &subject.random)
        #expect(await subject.refusal(of: String(subject.token.prefix(length))) != nil)
        #expect(await subject.refusal(of: subject.token + ".e30") == .malformed)
    }

    @Test("An expired token is refused, a minute of difference between clocks aside", arguments: Seed.batch(100))
    func expired(seed: Seed) async throws {
        var subject = try await Case(seed)
        let late = Int.random(in: 60...1_000_000, using: &subject.random)
        #expect(await subject.refusal(of: subject.token, now: subject.claims.expiresAt + late) == .expired)
        #expect(await subject.refusal(of: subject.token, now: subject.claims.expiresAt + 59) == nil)
        #expect(await subject.refusal(of: subject.token, now: subject.claims.issuedAt - 61) == .notYetValid)
    }

    @Test("Another issuer's or another audience's token is refused", arguments: Seed.batch(100))
    func foreign(seed: Seed) async throws {
        let subject = try await Case(seed)
        #expect(try await subject.refusal(of: subject.issue { $0.issuer = "elsewhere" }) == .wrongIssuer)
        #expect(try await subject.refusal(of: subject.issue { $0.issuer = "" }) == .wrongIssuer)
        #expect(try await subject.refusal(of: subject.issue { $0.audience = "elsewhere" }) == .wrongAudience)
    }

    @Test("A well signed token of another type, or of none, is refused", arguments: Seed.batch(100))
    func otherTypes(seed: Seed) async throws {
        var subject = try await Case(seed)
        let type = ["JWT", "", "at", "rt+jwt", "at+jwt ", "logout+jwt"].randomElement(using: &subject.random) ?? ""
        #expect(try await subject.refusal(of: subject.retyped(type)) == .wrongType)
        #expect(try await subject.refusal(of: subject.retyped(nil)) == .wrongType)
        #expect(try await subject.refusal(of: subject.retyped("AT+JWT")) == nil)
    }

    @Test("A token says nothing of its bearer's address")
    func noAddress() async throws {
        let subject = try await Case(Seed(1))
        let payload = try #require(Base64URL.decode(String(subject.token.split(separator: ".")[1])))
        let names = Set(try #require(try JSONParser.parse(payload).objectValue).names)
        #expect(names.isSubset(of: ["sub", "sid", "tid", "role", "permissions", "iat", "exp", "iss", "aud", "csh"]))
    }

    @Test("A token without a signature, whatever its alg, is refused", arguments: Seed.batch(100))
    func unsigned(seed: Seed) async throws {
        var subject = try await Case(seed)
        let algorithm = ["none", "None", "NONE", "nOnE", ""].randomElement(using: &subject.random) ?? "none"
        #expect(try await subject.refusal(of: subject.forge(algorithm: algorithm) { _ in [] }) == .wrongAlgorithm)
        #expect(try await subject.refusal(of: subject.forge(algorithm: "EdDSA") { _ in [] }) == .badSignature)
    }

    @Test("A token signed with HS256 and the public key as its secret is refused", arguments: Seed.batch(100))
    func confusedAlgorithm(seed: Seed) async throws {
        let subject = try await Case(seed)
        let secrets = [subject.key.publicKey, Array(subject.key.encodedPublicKey.utf8)]
        for secret in secrets {
            let sign: ([UInt8]) -> [UInt8] = { HMACSHA256(key: secret).authenticationCode(for: $0) }
            #expect(try await subject.refusal(of: subject.forge(algorithm: "HS256", sign: sign)) == .wrongAlgorithm)
            #expect(try await subject.refusal(of: subject.forge(algorithm: "EdDSA", sign: sign)) == .badSignature)
        }
    }

    @Test(
        "A token under a key that is not known, or another key's under a known name, is refused",
        arguments: Seed.batch(100)
    )
    func unknownKey(seed: Seed) async throws {
        let subject = try await Case(seed)
        let stranger = try await TokenIssuer(key: SigningKey(id: "stranger")).issue(subject.claims)
        #expect(await subject.refusal(of: stranger) == .unknownKey("stranger"))
        let impostor = try await TokenIssuer(key: SigningKey(id: subject.key.id)).issue(subject.claims)
        #expect(await subject.refusal(of: impostor) == .badSignature)
    }
}

/// A token in compact form, made by hand.
func compactToken(_ header: JSONValue, _ payload: String, _ sign: ([UInt8]) -> [UInt8]) -> String {
    let content = "\(Base64URL.encode(header.bytes)).\(payload)"
    return "\(content).\(Base64URL.encode(sign(Array(content.utf8))))"
}
