/// A `Reply` of `mesh.proto`.
struct ReplyEnvelope: Sendable {
    /// Why there is no reply from the operation itself.
    enum Refusal: UInt64 {
        case wrongInstance = 1
        case wrongService = 2
        case draining = 3
        case overloaded = 4
        case expired = 5
        case timedOut = 6
        case unidentified = 7
        /// One that a later version added.
        case unknown = 0xffff_ffff
    }

    var refusal: Refusal?
    var instance: UInt64 = 0
    var status: UInt32 = 0
    var errorCode = ""
    var contentType = ""
    var headers: [MeshField] = []
    /// The name to pull the rest of the body by; 0 when this is all of it.
    var held: UInt64 = 0
    var totalBytes = 0
    var body: [UInt8] = []
    var handlerTime: Duration = .zero

    init(refusal: Refusal? = nil, instance: UInt64 = 0, status: Int = 0, body: [UInt8] = []) {
        self.refusal = refusal
        self.instance = instance
        self.status = UInt32(clamping: status)
        self.body = body
    }

    init(_ reply: MeshReply, instance: UInt64) {
        self.init(instance: instance, status: reply.status, body: reply.failure?.encoded() ?? reply.body)
        errorCode = reply.failure?.code ?? ""
        contentType = reply.contentType
        headers = reply.headers
    }

    /// What it says to the caller, once all of its body is there.
    func reply(body: [UInt8]) throws(MalformedEnvelope) -> MeshReply {
        guard errorCode.isEmpty else {
            let failure = try MeshFailure(code: errorCode, decoding: body)
            var reply = MeshReply(status: Int(status), headers: headers, failure: failure)
            reply.handlerTime = handlerTime
            return reply
        }
        var reply = MeshReply(status: Int(status), contentType: contentType, headers: headers, body: body)
        reply.handlerTime = handlerTime
        return reply
    }

    /// The encoded reply up to its body, whose `bodyBytes` bytes follow as they are.
    func head(bodyBytes: Int) -> [UInt8] {
        var writer = ProtobufWriter(capacity: 64)
        writer.uint(1, refusal?.rawValue ?? 0)
        writer.fixed64(2, instance)
        writer.uint(3, UInt64(status))
        writer.string(4, errorCode)
        writer.string(5, contentType)
        writer.fields(6, headers)
        if held != 0 { writer.fixed64(7, held) }
        writer.uint(8, UInt64(totalBytes))
        writer.uint(15, UInt64(handlerTime.microseconds))
        if bodyBytes > 0 { writer.lengthPrefix(9, byteCount: bodyBytes) }
        return writer.bytes
    }

    init(decoding bytes: [UInt8], _ range: Range<Int>) throws(MalformedEnvelope) {
        self.init()
        var reader = ProtobufReader(bytes, range)
        while let field = try reader.next() {
            switch field {
            case 1:
                let number = try reader.uint()
                refusal = number == 0 ? nil : Refusal(rawValue: number) ?? .unknown
            case 2: instance = try reader.fixed64()
            case 3: status = try reader.uint32()
            case 4: errorCode = try reader.string()
            case 5: contentType = try reader.string()
            case 6: headers.append(try reader.meshField())
            case 7: held = try reader.fixed64()
            case 8: totalBytes = Int(clamping: try reader.uint())
            case 9: body = try reader.content()
            case 15: handlerTime = .microseconds(Int64(clamping: try reader.uint()))
            default: break
            }
        }
    }
}

extension MeshFailure {
    fileprivate func encoded() -> [UInt8] {
        var writer = ProtobufWriter(capacity: 128)
        writer.string(1, message)
        for detail in details {
            writer.message(2) { writer in
                writer.string(1, detail.field)
                writer.string(2, detail.message)
                writer.string(3, detail.code ?? "")
            }
        }
        writer.uint(3, UInt64((retryAfter ?? .zero).microseconds) / 1000)
        return writer.bytes
    }

    fileprivate init(code: String, decoding bytes: [UInt8]) throws(MalformedEnvelope) {
        self.init(code: code, message: "")
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field {
            case 1: message = try reader.string()
            case 2: details.append(try Detail(decoding: try reader.message()))
            case 3: retryAfter = .milliseconds(Int64(min(try reader.uint(), 86_400_000)))  // nobody waits for days
            default: break
            }
        }
    }
}

extension MeshFailure.Detail {
    fileprivate init(decoding message: ProtobufReader) throws(MalformedEnvelope) {
        self.init(field: "", message: "")
        var reader = message
        while let field = try reader.next() {
            switch field {
            case 1: self.field = try reader.string()
            case 2: self.message = try reader.string()
            case 3: code = try reader.string()
            default: break
            }
        }
    }
}

/// The body of a `reply.pull` request.
struct Pull: Sendable {
    var held: UInt64 = 0
    var offset = 0

    func encoded() -> [UInt8] {
        var writer = ProtobufWriter(capacity: 16)
        writer.fixed64(1, held)
        writer.uint(2, UInt64(offset))
        return writer.bytes
    }
}

extension Pull {
    init(decoding bytes: [UInt8]) throws(MalformedEnvelope) {
        self.init()
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field {
            case 1: held = try reader.fixed64()
            case 2: offset = Int(clamping: try reader.uint())
            default: break
            }
        }
    }
}
