/// The keys given to one service, with which it can act as itself and as no other.
///
/// Its text form has one key a line, in hexadecimal; docs/mesh-protocol.md explains each:
///
///     keyring forms
///     calls auth 3f…
///     serves gateway 77…
///     publishes 0a…
///     hears auth c4…
///     states 91…
///     believes gateway 5e…
public struct MeshKeyring: Sendable, Hashable {
    /// The owner's name.
    public let service: String
    /// The keys that seal calls to other services, by callee.
    let callees: [String: [UInt8]]
    /// The keys that seal calls to this service, by caller.
    let callers: [String: [UInt8]]
    /// The seed of the private key that signs its publications.
    let publicationSeed: [UInt8]
    /// The public keys of the producers whose events it may listen to.
    let producers: [String: [UInt8]]
    /// The seed of the private key that signs users' identities; `nil` for all but the gateway and the operator.
    let identitySeed: [UInt8]?
    /// The public keys of the services that may sign users' identities.
    let signers: [String: [UInt8]]

    init(
        service: String,
        callees: [String: [UInt8]],
        callers: [String: [UInt8]],
        publicationSeed: [UInt8],
        producers: [String: [UInt8]],
        identitySeed: [UInt8]?,
        signers: [String: [UInt8]]
    ) {
        self.service = service
        self.callees = callees
        self.callers = callers
        self.publicationSeed = publicationSeed
        self.producers = producers
        self.identitySeed = identitySeed
        self.signers = signers
    }

    /// Tells whether it has a key for calls to that service.
    public func canCall(_ service: String) -> Bool { callees[service] != nil }

    /// Tells whether it can verify that service's publications.
    public func canHear(_ service: String) -> Bool { producers[service] != nil }

    // MARK: As text

    /// Reads a keyring.
    ///
    /// - Throws: ``MeshConfigurationError``, which names the line and shows no key.
    public init(parsing text: String) throws(MeshConfigurationError) {
        var parser = KeyringParser()
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            do { try parser.read(line) } catch {
                throw MeshConfigurationError(reason: "line \(index + 1) \(error.reason)")
            }
        }
        guard let service = parser.service else {
            throw MeshConfigurationError(reason: "no line says whose it is, such as keyring forms")
        }
        guard let publicationSeed = parser.publicationSeed else {
            throw MeshConfigurationError(reason: "no line begins with publishes")
        }
        self.init(
            service: service,
            callees: parser.keys["calls", default: [:]],
            callers: parser.keys["serves", default: [:]],
            publicationSeed: publicationSeed,
            producers: parser.keys["hears", default: [:]],
            identitySeed: parser.identitySeed,
            signers: parser.keys["believes", default: [:]]
        )
    }

    /// The keyring in the form that ``init(parsing:)`` reads.
    public var text: String {
        func lines(_ word: String, _ keys: [String: [UInt8]]) -> [String] {
            keys.sorted { $0.key < $1.key }.map { "\(word) \($0.key) \(Hexadecimal.text($0.value))" }
        }
        let lines =
            ["keyring \(service)"] + lines("calls", callees) + lines("serves", callers)
            + ["publishes \(Hexadecimal.text(publicationSeed))"] + lines("hears", producers)
            + (identitySeed.map { ["states \(Hexadecimal.text($0))"] } ?? []) + lines("believes", signers)
        return lines.joined(separator: "\n") + "\n"
    }
}

/// The lines of a keyring parsed so far.
private struct KeyringParser {
    var service: String?
    var publicationSeed: [UInt8]?
    var identitySeed: [UInt8]?
    /// Keyed by the line's first word, then by the name after it.
    var keys: [String: [String: [UInt8]]] = [:]

    /// Parses a line.
    ///
    /// - Throws: The line's fault, worded to follow its number.
    mutating func read(_ line: Substring) throws(MeshConfigurationError) {
        let words = line.split(separator: " ").map(String.init)
        guard let word = words.first, !word.hasPrefix("#") else { return }
        switch (word, words.count) {
        case ("keyring", 2): service = try name(words[1])
        case ("publishes", 2): publicationSeed = try key(words[1])
        case ("states", 2): identitySeed = try key(words[1])
        case ("calls", 3), ("serves", 3), ("hears", 3), ("believes", 3):
            let name = try name(words[1])
            guard keys[word, default: [:]].updateValue(try key(words[2]), forKey: name) == nil else {
                throw MeshConfigurationError(reason: "repeats \(word) \(name)")
            }
        default: throw MeshConfigurationError(reason: "is no line of a keyring")
        }
    }

    private func name(_ text: String) throws(MeshConfigurationError) -> String {
        guard ServiceName.isValid(text) else { throw MeshConfigurationError(reason: "names no service") }
        return text
    }

    private func key(_ text: String) throws(MeshConfigurationError) -> [UInt8] {
        guard let key = Hexadecimal.bytes(text), key.count == 32 else {
            throw MeshConfigurationError(reason: "has no key of 32 bytes in hexadecimal")
        }
        return key
    }
}

/// The rules for service names.
enum ServiceName {
    /// Long enough for every name, and short enough for a table key.
    static let longest = 63

    static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        return 1...longest ~= bytes.count
            && bytes.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || $0 == UInt8(ascii: "-")
            }
    }
}

private enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map(value(of:))
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
