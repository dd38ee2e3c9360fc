import OpenSSL
import TestKit
import Testing

private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0 }
}

private func randomBytes(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in .random(in: .min ... .max, using: &random) }
}

@Suite("OpenSSL")
struct OpenSSLTests {
    @Test("SHA-256 gives the values of FIPS 180-4")
    func hashes() {
        #expect(SHA256.hash([]) == bytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        #expect(
            SHA256.hash(Array("abc".utf8)) == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        )
    }

    @Test("A text's hash is that of its UTF-8", arguments: Seed.batch(100))
    func hashOfText(seed: Seed) {
        var random = seed.generator
        let scalars = (0..<Int.random(in: 0...500, using: &random)).map { _ in
            Unicode.Scalar(UInt32.random(in: 1...0xD7FF, using: &random)) ?? " "
        }
        let text = String(String.UnicodeScalarView(scalars))
        let part = text.dropFirst(Int.random(in: 0...10, using: &random))
        #expect(SHA256.hash(utf8: text[...]) == SHA256.hash(Array(text.utf8)))
        #expect(SHA256.hash(utf8: part) == SHA256.hash(Array(part.utf8)))
    }

    @Test("HMAC gives the values of RFC 4231, whose keys are short, of a block's length, and longer")
    func authenticationCodes() {
        let short = HMACSHA256(key: [UInt8](repeating: 0x0b, count: 20))
        #expect(
            short.authenticationCode(for: Array("Hi There".utf8))
                == bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        )
        let long = HMACSHA256(key: [UInt8](repeating: 0xaa, count: 131))
        #expect(
            long.authenticationCode(for: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
                == bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        )
    }

    @Test(
        "A message's code does not depend on how it is cut, and a changed one has another",
        arguments: Seed.batch(100)
    )
    func pieces(seed: Seed) {
        var random = seed.generator
        let key = HMACSHA256(key: randomBytes(.random(in: 0...100, using: &random), &random))
        var message = randomBytes(.random(in: 1...300, using: &random), &random)
        let cut = Int.random(in: 0...message.count, using: &random)
        let code = key.authenticationCode(for: message)
        #expect(key.isValid(code, for: Array(message[..<cut]), Array(message[cut...])))
        var authenticator = key.authenticator()
        authenticator.update(message[..<cut])
        authenticator.update(message[cut...])
        #expect(authenticator.finalize() == code)
        message[.random(in: message.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(!key.isValid(code, for: message))
    }

    @Test("HKDF gives the value of RFC 5869, A.1")
    func derivedKeys() throws {
        let key = try HKDFSHA256.deriveKey(
            from: [UInt8](repeating: 0x0b, count: 22),
            salt: bytes("000102030405060708090a0b0c"),
            info: bytes("f0f1f2f3f4f5f6f7f8f9"),
            count: 42
        )
        #expect(key == bytes("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"))
        #expect(throws: OpenSSLError.outputTooLong) {
            try HKDFSHA256.deriveKey(from: [1], info: [], count: 255 * 32 + 1)
        }
    }

    @Test("AES-256-GCM opens the message of another implementation (NIST CAVP, gcmDecrypt256, a 16-byte text)")
    func knownCiphertext() throws {
        let cipher = try AES256GCM(key: bytes("31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22"))
        let sealed = bytes(
            "0d18e06c7c725ac9e362e1ce" + "fa4362189661d163fcd6a56d8bf0405a" + "d636ac1bbedd5cc3ee727dc2ab4a9489"
        )
        #expect(try cipher.open(sealed) == bytes("2db5168e932556f8089a0622981d017d"))
    }

    @Test("What was sealed opens again, and not when anything about it was changed", arguments: Seed.batch(100))
    func sealing(seed: Seed) throws {
        var random = seed.generator
        let cipher = try AES256GCM(key: randomBytes(32, &random))
        let plaintext = randomBytes(.random(in: 0...200, using: &random), &random)
        let context = randomBytes(.random(in: 0...20, using: &random), &random)
        var sealed = try cipher.seal(plaintext, authenticating: context)
        #expect(sealed.count == plaintext.count + 28)
        #expect(try cipher.open(sealed, authenticating: context) == plaintext)
        #expect(throws: OpenSSLError.notAuthentic) { try cipher.open(sealed, authenticating: context + [0]) }
        #expect(throws: OpenSSLError.notAuthentic) {
            try AES256GCM(key: randomBytes(32, &random)).open(sealed, authenticating: context)
        }
        #expect(throws: OpenSSLError.notAuthentic) {
            try cipher.open(Array(sealed.dropLast()), authenticating: context)
        }
        sealed[.random(in: sealed.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(throws: OpenSSLError.notAuthentic) { try cipher.open(sealed, authenticating: context) }
    }

    @Test("A key of another length is refused")
    func keyLength() {
        #expect(throws: OpenSSLError.wrongKeyLength(expected: 32, got: 16)) {
            try AES256GCM(key: [UInt8](repeating: 1, count: 16))
        }
    }

    @Test("Random bytes have the length asked for and do not repeat")
    func randomness() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(Set((0..<1000).map { _ in SecureRandom.bytes(16) }).count == 1000)
        #expect(Set((0..<1000).map { _ in SecureRandom.uint64() }).count == 1000)
    }

    @Test("Equality in constant time is equality", arguments: Seed.batch(100))
    func equality(seed: Seed) {
        var random = seed.generator
        let left = randomBytes(.random(in: 0...4, using: &random), &random)
        let right = Bool.random(using: &random) ? left : randomBytes(.random(in: 0...4, using: &random), &random)
        #expect(constantTimeEquals(left, right) == (left == right))
    }
}

@Suite("Ed25519")
struct Ed25519Tests {
    @Test("Signatures are those of RFC 8032, 7.1, tests 1 and 3")
    func vectors() throws {
        let cases = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ]
        for (seed, publicKey, message, signature) in cases {
            let key = try Ed25519SigningKey(seed: bytes(seed))
            #expect(key.publicKey == bytes(publicKey))
            #expect(try key.signature(for: bytes(message)) == bytes(signature))
            #expect(try Ed25519PublicKey(bytes(publicKey)).isValid(bytes(signature), for: bytes(message)))
        }
    }

    @Test("A signature holds for its message and key alone, however the message is cut", arguments: Seed.batch(100))
    func signatures(seed: Seed) throws {
        var random = seed.generator
        let key = try Ed25519SigningKey(seed: randomBytes(32, &random))
        let publicKey = try Ed25519PublicKey(key.publicKey)
        var message = randomBytes(.random(in: 1...300, using: &random), &random)
        let cut = Int.random(in: 0...message.count, using: &random)
        var signature = try key.signature(for: message)
        #expect(publicKey.isValid(signature, for: Array(message[..<cut]), Array(message[cut...])))
        let other = try Ed25519SigningKey(seed: randomBytes(32, &random))
        #expect(try !Ed25519PublicKey(other.publicKey).isValid(signature, for: message))
        message[.random(in: message.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(!publicKey.isValid(signature, for: message))
        signature.removeLast()
        #expect(!publicKey.isValid(signature, for: message) && !publicKey.isValid([], for: message))
    }

    @Test("A key of another length is refused")
    func lengths() {
        #expect(throws: OpenSSLError.wrongKeyLength(expected: 32, got: 31)) {
            try Ed25519SigningKey(seed: [UInt8](repeating: 0, count: 31))
        }
        #expect(throws: OpenSSLError.wrongKeyLength(expected: 32, got: 33)) {
            try Ed25519PublicKey([UInt8](repeating: 0, count: 33))
        }
    }
}
