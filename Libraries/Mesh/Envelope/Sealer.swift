internal import OpenSSL

/// Signs what this daemon sends and checks what it receives, with the deployment's mesh keys.
struct Sealer: Sendable {
    /// What a message is, so that one kind can never be taken for another.
    enum Purpose: String {
        case request = "rovierr.mesh.v1.request"
        case reply = "rovierr.mesh.v1.reply"
        case publication = "rovierr.mesh.v1.publication"
    }

    /// A message that some holder of a mesh key made.
    struct Opened {
        let payload: Range<Int>
        let key: SigningKey
    }

    /// How many bytes a seal adds to its payload, at most.
    static let overheadBytes = 5 + 34 + 6

    private let primary: SigningKey
    private let previous: SigningKey?

    init(keys: MeshKeys) {
        primary = SigningKey(keys.primary)
        previous = keys.previous.map(SigningKey.init)
    }

    /// Makes what has to stand before a payload that is `head` followed by `body`.
    ///
    /// - Parameters:
    ///   - head: The payload's beginning.
    ///   - body: The payload's end.
    ///   - purpose: What the payload is.
    ///   - context: What else the tag covers without travelling.
    ///   - key: The key to sign with; a reply is signed with the key of its request.
    /// - Returns: The beginning of the message, up to the payload.
    func seal(
        _ head: [UInt8],
        _ body: [UInt8],
        as purpose: Purpose,
        context: [UInt8] = [],
        with key: SigningKey? = nil
    ) -> [UInt8] {
        let key = key ?? primary
        var authenticator = key.code(for: purpose).authenticator()
        authenticator.update(context)
        authenticator.update(head)
        authenticator.update(body)
        var writer = ProtobufWriter(capacity: Self.overheadBytes)
        writer.fixed32(1, key.id)
        writer.bytes(2, authenticator.finalize())
        writer.lengthPrefix(3, byteCount: head.count + body.count)
        return writer.bytes
    }

    /// Finds the payload of a sealed message and checks its tag.
    ///
    /// - Parameters:
    ///   - message: As it came.
    ///   - start: Where the seal begins in it.
    ///   - purpose: What the payload has to be.
    ///   - context: What the tag has to cover besides.
    /// - Returns: `nil` for garbage, an unknown key and a wrong tag.
    func open(_ message: [UInt8], from start: Int = 0, as purpose: Purpose, context: [UInt8] = []) -> Opened? {
        var keyID: UInt32 = 0
        var tag: [UInt8] = []
        var payload: Range<Int>?
        do {
            var reader = ProtobufReader(message, start..<message.count)
            while let field = try reader.next() {
                switch field {
                case 1: keyID = try reader.fixed32()
                case 2: tag = try reader.content()
                case 3: payload = try reader.range()
                default: break
                }
            }
        } catch { return nil }
        guard let payload, let key = key(keyID) else { return nil }
        var authenticator = key.code(for: purpose).authenticator()
        authenticator.update(context)
        authenticator.update(message[payload])
        return constantTimeEquals(tag, authenticator.finalize()) ? Opened(payload: payload, key: key) : nil
    }

    private func key(_ id: UInt32) -> SigningKey? {
        if primary.id == id { return primary }
        return previous?.id == id ? previous : nil
    }
}

/// One mesh key, with a key of its own derived for every purpose.
final class SigningKey: Sendable {
    let id: UInt32
    private let request: HMACSHA256
    private let reply: HMACSHA256
    private let publication: HMACSHA256

    init(_ secret: [UInt8]) {
        let root = HMACSHA256(key: secret)
        func derived(_ label: String) -> [UInt8] { root.authenticationCode(for: Array(label.utf8)) }
        id = derived("rovierr.mesh.v1.id").prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        request = HMACSHA256(key: derived(Sealer.Purpose.request.rawValue))
        reply = HMACSHA256(key: derived(Sealer.Purpose.reply.rawValue))
        publication = HMACSHA256(key: derived(Sealer.Purpose.publication.rawValue))
    }

    func code(for purpose: Sealer.Purpose) -> HMACSHA256 {
        switch purpose {
        case .request: request
        case .reply: reply
        case .publication: publication
        }
    }
}
