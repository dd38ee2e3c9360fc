internal import OpenSSL
internal import Synchronization

/// The seal around every message, which proves its sender and integrity.
enum Seal {
    /// What a message is, so that one kind can never be taken for another.
    enum Purpose: String {
        case request = "rovierr.mesh.v1.request"
        case reply = "rovierr.mesh.v1.reply"
        case publication = "rovierr.mesh.v1.publication"
    }

    /// The most bytes that a seal without a caller's name adds to its payload.
    static let overheadBytes = 5 + 34 + 6

    /// The parts of a message whose tag is not verified yet.
    struct Parts {
        var keyID: UInt32 = 0
        var tag: [UInt8] = []
        var payload: Range<Int> = 0..<0
        /// The range of the claimed caller's name.
        var caller: Range<Int> = 0..<0

        /// - Returns: `nil` for a malformed message.
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

    /// Makes the bytes that precede a payload of the given length.
    static func prefix(keyID: UInt32, tag: [UInt8], caller: String = "", payloadBytes: Int) -> [UInt8] {
        var writer = ProtobufWriter(capacity: overheadBytes + caller.utf8.count + 2)
        writer.fixed32(1, keyID)
        writer.bytes(2, tag)
        writer.string(4, caller)
        writer.lengthPrefix(3, byteCount: payloadBytes)
        return writer.bytes
    }
}

/// Seals and opens messages between one caller and one callee: requests in one direction, replies in the other.
struct Sealer: Sendable {
    /// A message made by a holder of one of the pair's keys.
    struct Opened {
        let payload: Range<Int>
        let key: SigningKey
    }

    private let caller: String
    /// The key in use comes first.
    private let keys: [SigningKey]
    private let first: SigningKey

    /// - Throws: ``MeshConfigurationError`` if there is no key for the pair.
    init(keys: MeshKeys, caller: String, callee: String) throws(MeshConfigurationError) {
        self.caller = caller
        self.keys = keys.pairKeys(from: caller, to: callee)
        guard let first = self.keys.first else {
            throw MeshConfigurationError(reason: "There is no mesh key for calls from \(caller) to \(callee)")
        }
        self.first = first
    }

    /// Makes the bytes that precede a request of `head` followed by `body`.
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

/// Opens requests to one service from any caller that has a key.
final class RequestOpener: Sendable {
    struct Opened {
        let payload: Range<Int>
        /// The key that seals the reply.
        let key: SigningKey
        /// The calling service; no other service has that key.
        let caller: String
    }

    /// One key of one caller.
    private struct Entry {
        let caller: String
        let key: SigningKey
    }

    private let service: String
    private let keys: MeshKeys
    /// `nil` with a root, which admits every caller.
    private let known: [Entry]?
    /// With a root, the keys of services that have called.
    private let derived = Mutex<[Entry]>([])
    private static let maximumDerived = 256

    init(service: String, keys: MeshKeys) {
        self.service = service
        self.keys = keys
        known = keys.callers(of: service).map { callers in
            callers.flatMap { Self.entries(of: $0, service, keys) }
        }
    }

    /// - Returns: `nil` for a malformed message, a caller without a key or a wrong tag.
    func open(_ message: [UInt8]) -> Opened? {
        guard let parts = Seal.Parts(message), parts.caller.count <= ServiceName.longest else { return nil }
        if let known { return open(message, parts, with: known) }
        if let opened = open(message, parts, with: derived.withLock(\.self)) { return opened }
        let caller = String(decoding: message[parts.caller], as: UTF8.self)
        guard ServiceName.isValid(caller) else { return nil }
        let entries = Self.entries(of: caller, service, keys)
        guard let opened = open(message, parts, with: entries) else { return nil }
        // Stores keys of authenticated callers only, so that made-up names cost no memory.
        derived.withLock { if $0.count < Self.maximumDerived { $0 += entries } }
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

/// A secret that two services share, with a key derived for each purpose.
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

    /// Makes the bytes that precede a payload of `head` followed by `body`.
    ///
    /// - Parameters:
    ///   - head: The payload's beginning.
    ///   - body: The payload's end.
    ///   - purpose: A request or a reply.
    ///   - context: Additional data that the tag covers and the message does not contain.
    ///   - caller: The calling service, for a request.
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

    /// Tells whether the message's tag was made with this key.
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

/// Signs a service's publications, so that none of its many listeners can forge one.
struct PublicationSigner: Sendable {
    private let key: SignatureKey

    /// - Throws: ``MeshConfigurationError`` if the keyring belongs to another service.
    init(keys: MeshKeys, service: String) throws(MeshConfigurationError) {
        guard let key = keys.publicationKey(of: service) else {
            throw MeshConfigurationError(reason: "There is no mesh key for publications of \(service)")
        }
        self.key = key
    }

    /// Makes the bytes that precede a publication.
    func seal(_ payload: [UInt8]) throws -> [UInt8] {
        let signature = try key.signature(for: Seal.Purpose.publication.rawValue, payload)
        return Seal.prefix(keyID: key.id, tag: signature, payloadBytes: payload.count)
    }
}

/// Verifies one producer's publications.
struct PublicationOpener: Sendable {
    private let keys: [VerificationKey]

    /// - Throws: ``MeshConfigurationError`` if the producer's key is unknown.
    init(keys: MeshKeys, producer: String) throws(MeshConfigurationError) {
        self.keys = keys.publicKeys(ofProducer: producer)
        guard !self.keys.isEmpty else {
            throw MeshConfigurationError(reason: "There is no mesh key to check publications of \(producer) with")
        }
    }

    /// The payload of a publication that begins at `start`; `nil` for garbage, an unknown key or a wrong signature.
    func open(_ message: [UInt8], from start: Int) -> Range<Int>? {
        guard let parts = Seal.Parts(message, from: start) else { return nil }
        let payload = Array(message[parts.payload])
        let purpose = Seal.Purpose.publication.rawValue
        let isSigned = keys.contains { $0.id == parts.keyID && $0.isValid(parts.tag, for: purpose, payload) }
        return isSigned ? parts.payload : nil
    }
}
