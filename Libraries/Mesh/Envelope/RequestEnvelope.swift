/// A `Request` of `mesh.proto`.
struct RequestEnvelope: Sendable {
    var session: UInt64 = 0
    var sequence: UInt64 = 0
    var correlation: UInt32 = 0
    var instance: UInt64 = 0
    var sentAt: UInt64 = 0
    var replyCredit = 0
    var service = ""
    /// Tells whether it names a user without a signed statement, as earlier versions did.
    var namesUnsignedUser = false
    var request: MeshRequest

    /// Where the sequence lies in the encoded request; it is known only when it is sent.
    static let sequenceOffset = 10

    /// The encoded request up to its body, whose bytes follow as they are.
    func head() -> [UInt8] {
        var writer = ProtobufWriter(capacity: 256 + (request.identity?.bytes.count ?? 0))
        writer.fixed64(1, session)
        writer.fixed64(2, sequence)
        writer.uint(3, UInt64(correlation))
        writer.fixed64(4, instance)
        writer.uint(5, sentAt)
        writer.uint(6, UInt64(request.timeLeft.microseconds))
        writer.uint(7, UInt64(replyCredit))
        writer.string(8, service)
        writer.string(9, request.operation)
        writer.uint(10, UInt64(request.version))
        writer.string(11, request.requestID)
        writer.bytes(12, request.trace.ascii)
        writer.string(15, request.idempotencyKey ?? "")
        writer.fields(16, request.pathParameters)
        writer.fields(17, request.query)
        writer.fields(18, request.headers)
        writer.string(19, request.contentType)
        writer.bytes(21, request.identity?.bytes ?? [])
        if !request.body.isEmpty { writer.lengthPrefix(20, byteCount: request.body.count) }
        return writer.bytes
    }
}

extension RequestEnvelope {
    init(decoding bytes: [UInt8], _ range: Range<Int>) throws(MalformedEnvelope) {
        self.init(request: MeshRequest(operation: "", requestID: "", timeLeft: .zero, trace: .none))
        var timeLeft: UInt64 = 0
        var fields = 0
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch field {
            case 1: session = try reader.fixed64()
            case 2: sequence = try reader.fixed64()
            case 3: correlation = try reader.uint32()
            case 4: instance = try reader.fixed64()
            case 5: sentAt = try reader.uint()
            case 6: timeLeft = try reader.uint()
            case 7: replyCredit = Int(try reader.uint32())
            case 8: service = try reader.name()
            case 14: namesUnsignedUser = true
            default: try request.decode(field, reader)
            }
            fields += 1
            guard fields <= Self.maximumFields else { throw MalformedEnvelope() }
        }
        request.deadline += .microseconds(Int64(clamping: min(timeLeft, Self.longestMicroseconds)))
    }

    /// A limit far above what the gateway lets a client send, yet small enough to hold in memory.
    private static let maximumFields = 4_096

    /// A day; nobody waits longer, and sums of durations stay far from overflow.
    private static let longestMicroseconds: UInt64 = 86_400_000_000
}

extension MeshRequest {
    fileprivate mutating func decode(_ field: Int, _ reader: ProtobufReader) throws(MalformedEnvelope) {
        switch field {
        case 9: operation = try reader.name()
        case 10: version = try reader.uint32()
        case 11: requestID = try reader.name()
        case 12: trace = TraceContext(traceparent: try reader.string()) ?? TraceContext()
        case 15: idempotencyKey = try reader.string()
        case 16: pathParameters.append(try reader.meshField())
        case 17: query.append(try reader.meshField())
        case 18: headers.append(try reader.meshField())
        case 19: contentType = try reader.string()
        case 20: body = try reader.content()
        case 21: identity = SignedIdentity(bytes: try reader.content())
        default: break
        }
    }
}

extension Duration {
    /// Whole microseconds, rounded down and never negative.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds < 0 ? 0 : seconds * 1_000_000 + max(0, attoseconds) / 1_000_000_000_000
    }
}
