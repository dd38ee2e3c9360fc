import TestKit
import Testing

@testable import Passwords

@Suite("Password hashes")
struct PasswordHashTests {
    private static let cheap = Argon2id(memory: 64, passes: 1, lanes: 1)

    @Test("Any password matches its own hash and no other's", arguments: Seed.batch(200))
    func roundTrip(seed: Seed) throws {
        var random = seed.generator
        let password = (0..<Int.random(in: 0...200, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        let hash = try #require(PasswordHash(PasswordHash.encode(password, Self.cheap)))
        #expect(try hash.matches(password))
        #expect(try !hash.matches(password + [0]))
        var other = password
        other.append(UInt8.random(in: 0...255, using: &random))
        other.swapAt(0, other.count - 1)
        #expect(try !hash.matches(other) || other == password)
    }

    @Test("Two hashes of one password differ")
    func salted() throws {
        let password = Array("nine lively herons".utf8)
        #expect(try PasswordHash.encode(password, Self.cheap) != PasswordHash.encode(password, Self.cheap))
    }

    @Test("New hashes have the recommended costs in PHC form")
    func encodedForm() throws {
        let encoded = try PasswordHash.encode(Array("nine lively herons".utf8))
        #expect(encoded.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(PasswordHash(encoded)?.isOutdated == false)
    }

    // The first from the reference implementation's own tests, the others from Openwall's for crypt_blowfish.
    @Test(
        "Hashes that others made are understood",
        arguments: [
            ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ]
    )
    func foreignHashes(password: String, encoded: String) throws {
        let hash = try #require(PasswordHash(encoded))
        #expect(try hash.matches(Array(password.utf8)))
        #expect(try !hash.matches(Array("\(password)?".utf8)))
        #expect(hash.isOutdated)
    }

    @Test("What bcrypt would ignore makes a password wrong instead")
    func bcryptLimits() throws {
        let bcrypt = try #require(Bcrypt("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        #expect(bcrypt.matches(Array("U*U".utf8)))
        #expect(!bcrypt.matches(Array("U*U".utf8) + [0, 65]))
        #expect(!bcrypt.matches([UInt8](repeating: 65, count: 73)))
    }

    @Test(
        "A damaged hash, or one whose costs would stall the service, is no hash",
        arguments: [
            "", "plain text", "$argon2id$",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=16$m=64,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$****",
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$05$short",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        ]
    )
    func damagedHashes(encoded: String) {
        #expect(PasswordHash(encoded) == nil)
    }
}
