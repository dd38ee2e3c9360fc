internal import OpenSSL
internal import Synchronization

/// The seal around every message: who made it, and that nobody has changed it since.
enum Seal {
    /// What a message is, so that one kind can never be taken for another.
    enum Purpose: String {
        case request = "rovierr.mesh.v1.request"
        case reply = "rovierr.mesh.v1.reply"
        case publication = "rovierr.mesh.v1.publication"
    }

    /// How many bytes a seal without a caller's name adds to its payload, at most.
    static let overheadBytes = 5 + 34 + 6

    /// The parts of a message whose tag has not been checked yet.
    struct Parts {
        var keyID: UInt32 = 0
        var tag: [UInt8] = []
        var payload: Range<Int> = 0..<0
        /// Where it says who has made it.
        var caller: Range<Int> = 0..<0

        /// - Returns: `nil` for garbage.
        init?(_ message: [UInt8], from start: Int = 0) {
            do {
                var payload: Range<Int>?
                var reader = ProtobufReader(message, start..<message.count)
                while let field = try reader.next() {
                    switch field {
                    case 1: keyID = try reader.fixed32()
                    case 2: tag = try reader.content()
                    case 3: payload = try reader.range()
                    case 4: caller = try reader.range()
                    default: break
                    }
                }
                guard let payload else { return nil }
                self.payload = payload
            } catch { return nil }
        }
    }

    /// What has to stand before a payload of so many bytes.
    static func prefix(keyID: UInt32, tag: [UInt8], caller: String = "", payloadBytes: Int) -> [UInt8] {
        var writer = ProtobufWriter(capacity: overheadBytes + caller.utf8.count + 2)
        writer.fixed32(1, keyID)
        writer.bytes(2, tag)
        writer.string(4, caller)
        writer.lengthPrefix(3, byteCount: payloadBytes)
        return writer.bytes
    }
}

/// Seals and opens what travels between one caller and one callee: requests in one direction, their replies in the other.
struct Sealer: Sendable {
    /// A message that a holder of one of the pair's keys made.
    struct Opened {
        let payload: Range<Int>
        let key: SigningKey
    }

    private let caller: String
    /// The one in use first.
    private let keys: [SigningKey]
    private let first: SigningKey

    /// - Throws: ``MeshConfigurationError`` when there is no key for the pair.
    init(keys: MeshKeys, caller: String, callee: String) throws(MeshConfigurationError) {
        self.caller = caller
        self.keys = keys.pairKeys(from: caller, to: callee)
        guard let first = self.keys.first else {
            throw MeshConfigurationError(reason: "There is no mesh key for calls from \(caller) to \(callee)")
        }
        self.first = first
    }

    /// Makes what has to stand before a request that is `head` followed by `body`.
    func seal(_ head: [UInt8], _ body: [UInt8], as purpose: Seal.Purpose = .request) -> [UInt8] {
        first.seal(head, body, as: purpose, caller: caller)
    }

    /// Finds the payload of a sealed message and checks its tag.
    ///
    /// - Parameters:
    ///   - message: As it came.
    ///   - purpose: What the payload has to be.
    ///   - context: What the tag has to cover besides.
    /// - Returns: `nil` for garbage, an unknown key and a wrong tag.
    func open(_ message: [UInt8], as purpose: Seal.Purpose, context: [UInt8] = []) -> Opened? {
        guard let parts = Seal.Parts(message) else { return nil }
        for key in keys where key.id == parts.keyID && key.isRight(parts, of: message, as: purpose, context: context) {
            return Opened(payload: parts.payload, key: key)
        }
        return nil
    }
}

/// Opens requests to one service, whoever has a key to call it.
final class RequestOpener: Sendable {
    struct Opened {
        let payload: Range<Int>
        /// What the reply is sealed with.
        let key: SigningKey
        /// Who asks: nobody else has that key.
        let caller: String
    }

    /// One key of one caller.
    private struct Entry {
        let caller: String
        let key: SigningKey
    }

    private let service: String
    private let keys: MeshKeys
    /// `nil` where a root stands for everybody.
    private let known: [Entry]?
    /// With a root: of those that have called.
    private let derived = Mutex<[Entry]>([])
    private static let mostDerived = 256

    init(service: String, keys: MeshKeys) {
        self.service = service
        self.keys = keys
        known = keys.callers(of: service).map { callers in
            callers.flatMap { Self.entries(of: $0, service, keys) }
        }
    }

    /// - Returns: `nil` for garbage, a caller without a key, and a wrong tag.
    func open(_ message: [UInt8]) -> Opened? {
        guard let parts = Seal.Parts(message), parts.caller.count <= ServiceName.longest else { return nil }
        if let known { return open(message, parts, with: known) }
        if let opened = open(message, parts, with: derived.withLock(\.self)) { return opened }
        let caller = String(decoding: message[parts.caller], as: UTF8.self)
        guard ServiceName.isValid(caller) else { return nil }
        let entries = Self.entries(of: caller, service, keys)
        guard let opened = open(message, parts, with: entries) else { return nil }
        // Only of callers that have proved themselves, so that made-up names cost no memory.
        derived.withLock { if $0.count < Self.mostDerived { $0 += entries } }
        return opened
    }

    private func open(_ message: [UInt8], _ parts: Seal.Parts, with entries: [Entry]) -> Opened? {
        for entry in entries
        where entry.key.id == parts.keyID && message[parts.caller].elementsEqual(entry.caller.utf8)
            && entry.key.isRight(parts, of: message, as: .request, context: [])
        {
            return Opened(payload: parts.payload, key: entry.key, caller: entry.caller)
        }
        return nil
    }

    private static func entries(of caller: String, _ service: String, _ keys: MeshKeys) -> [Entry] {
        keys.pairKeys(from: caller, to: service).map { Entry(caller: caller, key: $0) }
    }
}

/// One secret that two services share, with a key of its own derived for every purpose.
final class SigningKey: Sendable {
    let id: UInt32
    private let request: HMACSHA256
    private let reply: HMACSHA256

    init(_ secret: [UInt8]) {
        let root = HMACSHA256(key: secret)
        func derived(_ label: String) -> [UInt8] { root.authenticationCode(for: Array(label.utf8)) }
        id = derived("rovierr.mesh.v1.id").prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        request = HMACSHA256(key: derived(Seal.Purpose.request.rawValue))
        reply = HMACSHA256(key: derived(Seal.Purpose.reply.rawValue))
    }

    /// Makes what has to stand before a payload that is `head` followed by `body`.
    ///
    /// - Parameters:
    ///   - head: The payload's beginning.
    ///   - body: The payload's end.
    ///   - purpose: A request or a reply.
    ///   - context: What else the tag covers without travelling.
    ///   - caller: Who asks, with a request.
    /// - Returns: The beginning of the message, up to the payload.
    func seal(
        _ head: [UInt8],
        _ body: [UInt8],
        as purpose: Seal.Purpose,
        context: [UInt8] = [],
        caller: String = ""
    ) -> [UInt8] {
        var authenticator = code(for: purpose).authenticator()
        authenticator.update(context)
        authenticator.update(head)
        authenticator.update(body)
        return Seal.prefix(
            keyID: id,
            tag: authenticator.finalize(),
            caller: caller,
            payloadBytes: head.count + body.count
        )
    }

    /// Whether the message's tag was made with this key.
    func isRight(_ parts: Seal.Parts, of message: [UInt8], as purpose: Seal.Purpose, context: [UInt8]) -> Bool {
        var authenticator = code(for: purpose).authenticator()
        authenticator.update(context)
        authenticator.update(message[parts.payload])
        return constantTimeEquals(parts.tag, authenticator.finalize())
    }

    private func code(for purpose: Seal.Purpose) -> HMACSHA256 {
        switch purpose {
        case .request: request
        case .reply: reply
        case .publication: preconditionFailure("Publications are signed")
        }
    }
}

/// Signs what a service publishes: many listen, and none of them may speak in its name.
struct PublicationSigner: Sendable {
    private let key: SignatureKey

    /// - Throws: ``MeshConfigurationError`` when the keyring is another service's.
    init(keys: MeshKeys, service: String) throws(MeshConfigurationError) {
        guard let key = keys.publicationKey(of: service) else {
            throw MeshConfigurationError(reason: "There is no mesh key for publications of \(service)")
        }
        self.key = key
    }

    /// Makes what has to stand before a publication.
    func seal(_ payload: [UInt8]) throws -> [UInt8] {
        let signature = try key.signature(for: Seal.Purpose.publication.rawValue, payload)
        return Seal.prefix(keyID: key.id, tag: signature, payloadBytes: payload.count)
    }
}

/// Checks what one producer publishes.
struct PublicationOpener: Sendable {
    private let keys: [VerificationKey]

    /// - Throws: ``MeshConfigurationError`` when the producer's key is not known.
    init(keys: MeshKeys, producer: String) throws(MeshConfigurationError) {
        self.keys = keys.publicKeys(ofProducer: producer)
        guard !self.keys.isEmpty else {
            throw MeshConfigurationError(reason: "There is no mesh key to check publications of \(producer) with")
        }
    }

    /// The payload of a publication that begins at `start`; `nil` for garbage, an unknown key and a wrong signature.
    func open(_ message: [UInt8], from start: Int) -> Range<Int>? {
        guard let parts = Seal.Parts(message, from: start) else { return nil }
        let payload = Array(message[parts.payload])
        let purpose = Seal.Purpose.publication.rawValue
        let isSigned = keys.contains { $0.id == parts.keyID && $0.isValid(parts.tag, for: purpose, payload) }
        return isSigned ? parts.payload : nil
    }
}
