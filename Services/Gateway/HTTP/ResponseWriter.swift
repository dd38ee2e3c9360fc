import Contracts
import Mesh
import NIOCore
import NIOHTTP1

/// Writes answers as bytes: head and body in one buffer, so that a small answer is one allocation and one system call.
enum ResponseWriter {
    /// An answer as bytes; there is no exchange when the request could not even be read.
    static func buffer(
        for response: Response,
        to exchange: Exchange?,
        date: String,
        closes: Bool,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let isHead = exchange?.head.method == .HEAD
        var buffer = allocator.buffer(capacity: 640 + (isHead ? 0 : response.body.count))
        writeHead(of: response, to: exchange, date: date, closes: closes, into: &buffer)
        if response.status >= 200, response.status != 204, response.status != 304 {
            buffer.writeField("Content-Length: ", String(response.body.count))
        }
        buffer.writeStaticString("\r\n")
        if !isHead { buffer.writeBytes(response.body) }
        return buffer
    }

    /// The head of an answer whose length nobody knows yet.
    static func head(
        of response: Response,
        to exchange: Exchange,
        date: String,
        closes: Bool,
        capacity: Int
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
        writeHead(of: response, to: exchange, date: date, closes: closes, into: &buffer)
        // nginx would take in all there is, however slow its client.
        buffer.writeStaticString("X-Accel-Buffering: no\r\n")
        if exchange.takesChunks { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        buffer.writeStaticString("\r\n")
        return buffer
    }

    private static func writeHead(
        of response: Response,
        to exchange: Exchange?,
        date: String,
        closes: Bool,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeBytes(statusLine(response.status))
        buffer.writeField("Date: ", date)
        if let exchange {
            buffer.writeField("X-Request-Id: ", exchange.requestID)
            // W3C Trace Context Level 2, §4: for whoever began no trace of their own, nginx's log among them.
            buffer.writeField("Traceresponse: ", exchange.trace.traceparent)
            if let origin = exchange.origin {
                for (name, value) in CORSPolicy.headers(for: origin) { buffer.writeField(named: name, value) }
            }
            if let rate = exchange.rate { buffer.write(rate) }
            for (name, value) in exchange.endpoint?.deprecation ?? [] { buffer.writeField(named: name, value) }
        }
        buffer.writeField("Vary: ", response.vary)
        if !response.contentType.isEmpty { buffer.writeField("Content-Type: ", response.contentType) }
        var isCacheStated = false
        for (name, value) in response.headers {
            buffer.writeField(named: name, value)
            isCacheStated = isCacheStated || name.isFieldName("cache-control")
        }
        if !isCacheStated {
            // Answers depend on who asks; with an ETag they may be kept and asked about again.
            let isRevalidable = response.status < 400 && exchange?.isSafe == true
            buffer.writeStaticString(
                isRevalidable ? "Cache-Control: private, no-cache\r\n" : "Cache-Control: no-store\r\n"
            )
        }
        // nginx removes it.
        if exchange?.isAnonymous == true { buffer.writeField(named: AnonymousReply.header, "1") }
        if closes { buffer.writeStaticString("Connection: close\r\n") }
    }

    private static let knownStatuses = 100...599
    private static let statusLines = knownStatuses.map(makeStatusLine)

    private static func statusLine(_ status: Int) -> [UInt8] {
        knownStatuses.contains(status) ? statusLines[status - knownStatuses.lowerBound] : makeStatusLine(status)
    }

    private static func makeStatusLine(_ status: Int) -> [UInt8] {
        Array("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n".utf8)
    }
}

extension ByteBuffer {
    /// Writes a field whose name, with the colon and the space behind it, is constant.
    fileprivate mutating func writeField(_ start: StaticString, _ value: String) {
        writeStaticString(start)
        writeString(value)
        writeStaticString("\r\n")
    }

    fileprivate mutating func writeField(named name: String, _ value: String) {
        writeString(name)
        writeField(": ", value)
    }

    fileprivate mutating func write(_ rate: RateDecision) {
        writeField("RateLimit-Limit: ", String(rate.limit))
        writeField("RateLimit-Remaining: ", String(rate.remaining))
        writeField("RateLimit-Reset: ", String(rate.resetSeconds))
    }
}
