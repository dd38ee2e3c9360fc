import Contracts
import Glibc
import Mesh
import NIOCore
import ServiceKit

/// One JSON line per request, like the daemons' other log lines but gathered for up to a second, which makes it some
/// fifty times cheaper than a line at a time.
///
/// Each event loop has its own.
final class AccessLog {
    private static let flushSize = 16_384

    private let isEnabled: Bool
    private let instance: String
    private let write: @Sendable ([UInt8]) -> Void
    private var lines: [UInt8] = []
    /// Lines of anonymous answers, held until the end of their minute and written in random order.
    private var unlinked: [[UInt8]] = []
    private var unlinkedMinute: Int64 = 0
    private static let maximumUnlinked = 1_024

    init(isEnabled: Bool, write: @escaping @Sendable ([UInt8]) -> Void = JSONLogHandler.writeToStandardError) {
        self.isEnabled = isEnabled
        self.write = write
        instance = instanceName(of: "gateway")
    }

    func record(_ exchange: Exchange, status: Int, bytes: Int) {
        guard isEnabled else { return }
        guard !exchange.isAnonymous else { return recordUnlinked(exchange, status: status) }
        var line = JSONWriter(capacity: 400)
        line.beginObject()
        line.member("timestamp", exchange.receivedAt.description)
        line.member("level", "info")
        line.member("service", "gateway")
        line.member("instance", instance)
        line.member("traceId", exchange.trace.traceID)
        line.member("requestId", exchange.requestID)
        line.member("message", "Request")
        line.name("metadata")
        line.beginObject()
        line.member("method", exchange.method)
        line.member("path", exchange.path)
        if let endpoint = exchange.endpoint {
            line.member("operation", endpoint.operation)
            line.member("route", endpoint.route)
        }
        line.name("status")
        line.integer(status)
        let total = (NIODeadline.now() - exchange.start).nanoseconds / 1_000
        line.name("microseconds")
        line.integer(total)
        if exchange.hop != nil { line.hops(of: exchange, total: total) }
        line.name("bytes")
        line.integer(bytes)
        if let identity = exchange.identity { line.member("user", identity.principal.userID) }
        if let client = exchange.client { line.member("address", client.description) }
        line.endObject()
        line.endObject()
        lines += line.bytes
        lines.append(UInt8(ascii: "\n"))
        if lines.count >= Self.flushSize { flush() }
    }

    /// Logs an answer without anything that identifies the person: user, address, ids, trace, durations and the exact
    /// time.
    ///
    /// Its place among the other lines would reveal the second, so it is held until the minute ends.
    private func recordUnlinked(_ exchange: Exchange, status: Int) {
        let minute = exchange.receivedAt.microseconds / 60_000_000
        if minute != unlinkedMinute || unlinked.count >= Self.maximumUnlinked { releaseUnlinked() }
        unlinkedMinute = minute
        var line = JSONWriter(capacity: 300)
        line.beginObject()
        line.member("timestamp", Timestamp(microseconds: minute * 60_000_000).description)
        line.member("level", "info")
        line.member("service", "gateway")
        line.member("instance", instance)
        line.member("message", "Request")
        line.name("metadata")
        line.beginObject()
        line.member("method", exchange.method)
        if let endpoint = exchange.endpoint {
            line.member("operation", endpoint.operation)
            line.member("route", endpoint.route)
        }
        line.name("status")
        line.integer(status)
        line.endObject()
        line.endObject()
        unlinked.append(line.bytes)
    }

    private func releaseUnlinked() {
        for line in unlinked.shuffled() {
            lines += line
            lines.append(UInt8(ascii: "\n"))
        }
        unlinked.removeAll(keepingCapacity: true)
    }

    /// Writes the buffered lines.
    ///
    /// - Parameter isLast: Tells whether this is the last flush, which also writes lines held until the end of their
    ///   minute.
    func flush(isLast: Bool = false) {
        if isLast || Timestamp.now().microseconds / 60_000_000 != unlinkedMinute { releaseUnlinked() }
        guard !lines.isEmpty else { return }
        write(lines)
        lines.removeAll(keepingCapacity: true)
    }
}

extension JSONWriter {
    /// Where the time went: each hop without those behind it, and without what the client took over the parts of its answer.
    fileprivate mutating func hops(of exchange: Exchange, total: Int64) {
        let mesh = Int64(exchange.meshTime / .microseconds(1))
        let handler = min(Int64(exchange.handlerTime / .microseconds(1)), mesh)
        let client = Int64(exchange.clientTime / .microseconds(1))
        name("hops")
        beginObject()
        name("gateway")
        integer(max(0, total - mesh - client))
        name("mesh")
        integer(mesh - handler)
        name("handler")
        integer(handler)
        endObject()
    }

    fileprivate mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }
}
