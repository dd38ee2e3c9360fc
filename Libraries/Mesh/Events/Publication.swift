/// What a publisher sends: an event, or the sign of life that shows subscribers whether they missed one.
enum Publication: Sendable, Hashable {
    case event(MeshEvent)
    case heartbeat(EventHeartbeat)

    private static let heartbeatTopic = "mesh.heartbeat"

    /// What the message begins with, up to a zero byte, for subscribers that filter: the event's type.
    var topic: String {
        switch self {
        case .event(let event): event.type
        case .heartbeat: Self.heartbeatTopic
        }
    }

    /// The service that publishes it.
    var source: String {
        switch self {
        case .event(let event): event.source
        case .heartbeat(let heartbeat): heartbeat.source
        }
    }

    /// The `Publication` of `mesh.proto`.
    func payload(sentAt: UInt64) -> [UInt8] {
        var writer = ProtobufWriter(capacity: 256)
        writer.uint(1, sentAt)
        switch self {
        case .event(let event): writer.message(2) { event.encode(into: &$0) }
        case .heartbeat(let heartbeat): writer.message(3) { heartbeat.encode(into: &$0) }
        }
        return writer.bytes
    }

    /// Reads a publication; the second part is when it was sent.
    static func decode(
        _ bytes: [UInt8],
        _ range: Range<Int>
    ) throws(MalformedEnvelope) -> (publication: Publication, sentAt: UInt64) {
        var publication: Publication?
        var sentAt: UInt64 = 0
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch field {
            case 1: sentAt = try reader.uint()
            case 2: publication = .event(try MeshEvent(decoding: try reader.message()))
            case 3: publication = .heartbeat(try EventHeartbeat(decoding: try reader.message()))
            default: break
            }
        }
        guard let publication else { throw MalformedEnvelope() }
        return (publication, sentAt)
    }
}

/// How far a producer has published: whoever is behind that has missed something.
public struct EventHeartbeat: Sendable, Hashable {
    public var source: String
    public var epoch: String
    /// Of the last event published; 0 before the first.
    public var position: Int64

    public init(source: String, epoch: String, position: Int64) {
        self.source = source
        self.epoch = epoch
        self.position = position
    }

    fileprivate func encode(into writer: inout ProtobufWriter) {
        writer.string(1, source)
        writer.string(2, epoch)
        writer.int(3, position)
    }

    fileprivate init(decoding message: ProtobufReader) throws(MalformedEnvelope) {
        self.init(source: "", epoch: "", position: 0)
        var reader = message
        while let field = try reader.next() {
            switch field {
            case 1: source = try reader.string()
            case 2: epoch = try reader.string()
            case 3: position = try reader.int()
            default: break
            }
        }
    }
}
