internal import CHiredis

/// One connection of hiredis, closed when its owner goes away.
///
/// Its calls block, for no longer than the timeout.
@safe final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>

    /// Connects and signs in.
    init(_ configuration: RedisConfiguration) throws(RedisError) {
        chiredis_block_sigpipe()
        let timeout = configuration.timeout.timeValue
        guard
            let context = unsafe redisConnectWithTimeout(configuration.host, CInt(configuration.port), timeout)
        else { throw .unavailable("no memory") }
        unsafe self.context = unsafe context
        guard unsafe context.pointee.err == 0 else { throw fault() }
        unsafe redisSetTimeout(context, timeout)
        if let password = configuration.password {
            try call(["AUTH"] + [configuration.user, password].compactMap { $0 })
        }
        if configuration.database != 0 { try call(["SELECT", String(configuration.database)]) }
    }

    deinit {
        unsafe redisFree(context)
    }

    /// Sends one command and takes its answer.
    ///
    /// - Throws: `RedisError`, also when the server refuses it.
    @discardableResult
    func call(_ command: [String]) throws(RedisError) -> RedisValue {
        let values = try run([command])
        guard let value = values.first else { throw .unavailable("no answer") }
        if case .failure(let reason) = value { throw .refused(reason) }
        return value
    }

    /// Sends commands in one go and takes their answers, in order.
    ///
    /// - Throws: `RedisError.unavailable`; the connection is of no use any more then.
    func run(_ commands: [[String]]) throws(RedisError) -> [RedisValue] {
        chiredis_block_sigpipe()
        for command in commands {
            let bytes = Self.encoded(command)
            let status = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                    unsafe redisAppendFormattedCommand(context, bytes.baseAddress, bytes.count)
                }
            }
            guard status == REDIS_OK else { throw fault() }
        }
        var values: [RedisValue] = []
        for _ in commands {
            var reply: UnsafeMutableRawPointer?
            guard unsafe redisGetReply(context, &reply) == REDIS_OK, let reply = unsafe reply else { throw fault() }
            values.append(unsafe RedisValue(reply.assumingMemoryBound(to: redisReply.self).pointee))
            unsafe freeReplyObject(reply)
        }
        return values
    }

    /// A command as the protocol has it (RESP2): an array of texts with their lengths.
    private static func encoded(_ command: [String]) -> [UInt8] {
        var bytes = Array("*\(command.count)\r\n".utf8)
        for argument in command {
            bytes += Array("$\(argument.utf8.count)\r\n".utf8)
            bytes += Array(argument.utf8)
            bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return bytes
    }

    private func fault() -> RedisError {
        let text = unsafe withUnsafePointer(to: &context.pointee.errstr) { text in
            unsafe text.withMemoryRebound(to: CChar.self, capacity: 128) { unsafe String(cString: $0) }
        }
        return .unavailable(text.isEmpty ? "the connection broke" : text)
    }
}

extension RedisValue {
    /// Copies an answer of hiredis.
    fileprivate init(_ reply: redisReply) {
        switch unsafe reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(unsafe reply.integer)
        case REDIS_REPLY_ARRAY:
            var values: [RedisValue] = []
            for index in 0..<(unsafe reply.elements) {
                if let element = unsafe reply.element[index] { values.append(unsafe RedisValue(element.pointee)) }
            }
            self = .array(values)
        case REDIS_REPLY_NIL: self = .nothing
        case REDIS_REPLY_ERROR: self = .failure(unsafe Self.text(of: reply))
        default: self = .text(unsafe Self.text(of: reply))
        }
    }

    private static func text(of reply: redisReply) -> String {
        guard let start = unsafe reply.str else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: Int(reply.len)), as: UTF8.self)
    }
}

extension Duration {
    fileprivate var timeValue: timeval {
        let (seconds, attoseconds) = components
        return timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
