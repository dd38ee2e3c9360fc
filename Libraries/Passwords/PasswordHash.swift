internal import OpenSSL

/// A stored password hash: Argon2id as a PHC string, or bcrypt from an imported account.
///
/// The PHC form is `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, Base64 without padding.
struct PasswordHash: Sendable {
    private enum Form: Sendable {
        case argon2id(Argon2id, salt: [UInt8], hash: [UInt8])
        case bcrypt(Bcrypt)
    }

    private let form: Form

    /// - Returns: `nil` for anything but the two forms, or parameters that would stall the service.
    init?(_ encoded: String) {
        if let bcrypt = Bcrypt(encoded) {
            form = .bcrypt(bcrypt)
        } else if let (parameters, salt, hash) = Self.parsePHC(encoded) {
            form = .argon2id(parameters, salt: salt, hash: hash)
        } else {
            return nil
        }
    }

    /// Hashes `password` under a new random salt.
    static func encode(_ password: [UInt8], _ parameters: Argon2id = .recommended) throws(PasswordHashError) -> String {
        let salt = SecureRandom.bytes(Argon2id.saltBytes)
        let hash = try parameters.hash(password, salt: salt)
        let costs = "m=\(parameters.memory),t=\(parameters.passes),p=\(parameters.lanes)"
        return "$argon2id$v=19$\(costs)$\(Base64.encode(salt))$\(Base64.encode(hash))"
    }

    func matches(_ password: [UInt8]) throws(PasswordHashError) -> Bool {
        switch form {
        case .argon2id(let parameters, let salt, let hash):
            constantTimeEquals(try parameters.hash(password, salt: salt, count: hash.count), hash)
        case .bcrypt(let bcrypt): bcrypt.matches(password)
        }
    }

    /// Whether it was made otherwise than new ones are.
    var isOutdated: Bool {
        if case .argon2id(.recommended, let salt, let hash) = form {
            return salt.count < Argon2id.saltBytes || hash.count < Argon2id.hashBytes
        }
        return true
    }

    private static func parsePHC(_ encoded: String) -> (Argon2id, salt: [UInt8], hash: [UInt8])? {
        let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let parameters = parseCosts(parts[3]), let salt = Base64.decode(parts[4]),
            let hash = Base64.decode(parts[5]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        return (parameters, salt, hash)
    }

    /// Reads `m=19456,t=2,p=1`.
    private static func parseCosts(_ text: Substring) -> Argon2id? {
        let costs = text.split(separator: ",", omittingEmptySubsequences: false)
        let limit = Argon2id.limit
        guard costs.count == 3, let memory = number(costs[0], after: "m="), let passes = number(costs[1], after: "t="),
            let lanes = number(costs[2], after: "p="), (1...limit.lanes).contains(lanes),
            (8 * lanes...limit.memory).contains(memory), (1...limit.passes).contains(passes)
        else { return nil }
        return Argon2id(memory: memory, passes: passes, lanes: lanes)
    }

    private static func number(_ text: Substring, after prefix: String) -> UInt32? {
        text.hasPrefix(prefix) ? UInt32(text.dropFirst(prefix.count)) : nil
    }
}

/// Base64 with the standard alphabet and without padding, as PHC strings have it.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0...group.count { output.append(alphabet[bits >> (18 - 6 * index) & 63]) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: `nil` for a foreign character or a number of them that no bytes have.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var output: [UInt8] = []
        var bits = 0
        var count = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = (bits << 6 | value) & 0xFFFF
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            output.append(UInt8(bits >> count & 255))
        }
        return count < 6 && bits & (1 << count - 1) == 0 ? output : nil
    }
}
