/// Something that happened in a service: a CloudEvents 1.0 event with its place in the producer's outbox.
public struct MeshEvent: Sendable, Hashable {
    public var id: String
    /// The service that says so.
    public var source: String
    /// Such as `societies.registration.approved`.
    public var type: String
    /// Of the type, from 1 on: who knows only an earlier one cannot read the data.
    public var version: Int
    /// The thing that it happened to.
    public var subject: String?
    /// When, as RFC 3339 has it.
    public var time: String
    public var tenantID: String?
    /// On whose behalf it happened: a user's id, or the name of a service that did it on its own account.
    public var actor: String?
    public var trace: TraceContext?
    /// Order is kept within one.
    public var aggregate: String?
    /// From 1 on, without holes, in the producer's outbox; 0 for a hint that is not in it and may be lost.
    public var position: Int64
    /// Positions of different epochs do not compare.
    public var epoch: String
    public var dataContentType: String
    public var data: [UInt8]
    /// The people to notify and what to tell them, as JSON; empty for most events.
    public var notice: [UInt8]

    public init(
        id: String,
        source: String,
        type: String,
        version: Int = 1,
        subject: String? = nil,
        time: String,
        tenantID: String? = nil,
        actor: String? = nil,
        trace: TraceContext? = nil,
        aggregate: String? = nil,
        position: Int64 = 0,
        epoch: String = "",
        dataContentType: String = "application/json",
        data: [UInt8] = [],
        notice: [UInt8] = []
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.version = version
        self.subject = subject
        self.time = time
        self.tenantID = tenantID
        self.actor = actor
        self.trace = trace
        self.aggregate = aggregate
        self.position = position
        self.epoch = epoch
        self.dataContentType = dataContentType
        self.data = data
        self.notice = notice
    }

    /// The event in protobuf's wire format, without a seal: to store it, or to send it in a reply, which has its own.
    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter(capacity: 256 + data.count + notice.count)
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads what ``encoded()`` made.
    public init(decoding bytes: [UInt8]) throws(MalformedEnvelope) {
        try self.init(decoding: ProtobufReader(bytes))
    }

    func encode(into writer: inout ProtobufWriter) {
        writer.string(1, id)
        writer.string(2, source)
        writer.string(3, type)
        writer.string(4, subject ?? "")
        writer.string(5, time)
        writer.string(6, tenantID ?? "")
        writer.string(7, trace?.traceparent ?? "")
        writer.string(8, aggregate ?? "")
        writer.int(9, position)
        writer.string(10, epoch)
        writer.string(11, dataContentType)
        writer.bytes(12, data)
        writer.uint(13, UInt64(version))
        writer.string(14, actor ?? "")
        writer.bytes(15, notice)
    }

    init(decoding message: ProtobufReader) throws(MalformedEnvelope) {
        self.init(id: "", source: "", type: "", time: "", dataContentType: "")
        var reader = message
        while let field = try reader.next() {
            switch field {
            case 1: id = try reader.string()
            case 2: source = try reader.string()
            case 3: type = try reader.string()
            case 4: subject = try reader.string()
            case 5: time = try reader.string()
            case 6: tenantID = try reader.string()
            case 7: trace = TraceContext(traceparent: try reader.string())
            case 8: aggregate = try reader.string()
            case 9: position = try reader.int()
            case 10: epoch = try reader.string()
            case 11: dataContentType = try reader.string()
            case 12: data = try reader.content()
            case 13: version = max(1, Int(UInt32(truncatingIfNeeded: try reader.uint())))
            case 14: actor = try reader.string()
            case 15: notice = try reader.content()
            default: break
            }
        }
    }
}

/// A stretch of a producer's outbox: what `events.pull` answers.
public struct EventBatch: Sendable, Hashable {
    public var epoch: String
    /// The newest position there is, in this batch or not.
    public var lastPosition: Int64
    /// In order of their positions.
    public var events: [MeshEvent]

    public init(epoch: String, lastPosition: Int64, events: [MeshEvent]) {
        self.epoch = epoch
        self.lastPosition = lastPosition
        self.events = events
    }

    /// The batch in protobuf's wire format, for the body of a reply.
    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.string(1, epoch)
        writer.int(2, lastPosition)
        for event in events { writer.message(3) { event.encode(into: &$0) } }
        return writer.bytes
    }

    /// Reads what ``encoded()`` made.
    public init(decoding bytes: [UInt8]) throws(MalformedEnvelope) {
        self.init(epoch: "", lastPosition: 0, events: [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field {
            case 1: epoch = try reader.string()
            case 2: lastPosition = try reader.int()
            case 3: events.append(try MeshEvent(decoding: try reader.message()))
            default: break
            }
        }
    }
}
