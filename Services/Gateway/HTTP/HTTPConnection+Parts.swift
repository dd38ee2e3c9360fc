import Contracts
import HTTPTypes
import Mesh
import NIOCore
import NIOHTTP1

/// Answers that come in parts, such as an export: at most one part is here at a time, and the next is asked for once the client
/// has taken it.
extension HTTPConnection {
    func sendPart(_ reply: MeshReply, _ exchange: Exchange) {
        guard let context, let endpoint = exchange.endpoint else { return }
        // A stream outlives its token's check, but not the session.
        let session = exchange.identity?.session
        let hasEnded = session.map(edge.admission.authenticator.hasEnded) ?? false
        guard reply.status == 200, reply.failure == nil else { return breakOff(exchange, status: reply.status) }
        guard !hasEnded else { return breakOff(exchange, status: ErrorCode.unauthorized.status.code) }
        let next = reply.headers.first(named: CSVPart.nextHeader)
        var buffer = ByteBuffer()
        if !exchange.isUnderway {
            exchange.isUnderway = true
            buffer = ResponseWriter.head(
                of: Response(reply, requestID: exchange.requestID, hasToken: false),
                to: exchange,
                date: loop.date,
                closes: closesAfterAnswer,
                capacity: reply.body.count + 1_024
            )
        }
        let isHead = exchange.head.method == .HEAD
        let isLast = next == nil || isHead
        if !isHead { buffer.writeChunk(reply.body, isLast: isLast, isChunked: exchange.takesChunks) }
        exchange.partBytes += reply.body.count
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        let bound = NIOLoopBound(exchange, eventLoop: loop.loop)
        let began = ContinuousClock.now
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            let exchange = bound.value
            exchange.clientTime += .now - began
            guard case .success = result else { return }  // the connection has noted that it ended
            guard !isLast, let next else { return this.value.endParts(exchange) }
            this.value.forward(exchange.meshRequest(for: endpoint, from: next), to: endpoint, for: exchange)
        }
        send(buffer, context, promise: written)
    }

    private func endParts(_ exchange: Exchange) {
        guard case .answering = state else { return }
        record(exchange, status: 200, bytes: exchange.partBytes)
        finishAnswer()
    }
}

extension Exchange {
    /// Whether the reply is a part of an answer, be it the last.
    func hasParts(_ reply: MeshReply) -> Bool {
        isUnderway || reply.failure == nil && reply.headers.first(named: CSVPart.nextHeader) != nil
    }

    /// Whether the client knows where an answer ends whose length was not said; another hears it by the connection's end.
    var takesChunks: Bool { head.version == .http1_1 }

    /// The request for the part that begins there.
    func meshRequest(for endpoint: Endpoint, from cursor: String) -> MeshRequest {
        var request = meshRequest(for: endpoint)
        request.query.removeAll { $0.name == "cursor" }
        request.query.append(MeshField("cursor", cursor))
        return request
    }
}

extension ByteBuffer {
    /// Writes a part of the body in the chunked coding (RFC 9112 §7.1).
    fileprivate mutating func writeChunk(_ bytes: [UInt8], isLast: Bool, isChunked: Bool) {
        guard isChunked else { return _ = writeBytes(bytes) }
        if !bytes.isEmpty {
            writeString(String(bytes.count, radix: 16) + "\r\n")
            writeBytes(bytes)
            writeStaticString("\r\n")
        }
        if isLast { writeStaticString("0\r\n\r\n") }
    }
}
