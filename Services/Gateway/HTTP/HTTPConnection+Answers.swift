import Contracts
import Mesh
import NIOCore
import NIOHTTP1
import ServiceKit

/// How answers go out, and what becomes of the connection afterwards.
extension HTTPConnection {
    func respond(_ response: Response) {
        guard case .answering(let exchange) = state else { return }
        write(response, exchange)
        finishAnswer()
    }

    /// The answer is out: goes on with the next request, or ends.
    func finishAnswer() {
        if closesAfterAnswer { closeOnceWritten() } else { becomeIdle() }
        resume()
    }

    /// Answers before the request was read to its end.
    ///
    /// A short rest is read and dropped, so that the connection can go on; before a long one it ends, in such a way
    /// that the client gets to read the answer.
    func answerEarly(_ response: Response, _ exchange: Exchange) {
        let rest = exchange.fields.hasBody ? exchange.fields.bodyLength ?? .max : 0
        closesAfterAnswer = closesAfterAnswer || exchange.fields.expect != nil || rest > edge.limits.discardedBytes
        write(response, exchange)
        deadline = .now() + edge.limits.lingerTimeout
        guard closesAfterAnswer else { return }
        if rest == 0 { return closeOnceWritten() }
        linger()
    }

    /// The request could not be read, so nothing that follows can be either.
    func refuseUnread(_ error: ServiceError) {
        guard let context else { return }
        let requestID = MeshRequest.randomID()
        let response = Response(error, requestID: requestID, headers: [("X-Request-Id", requestID)])
        let buffer = ResponseWriter.buffer(
            for: response,
            to: nil,
            date: loop.date,
            closes: true,
            allocator: context.channel.allocator
        )
        send(buffer, context)
        edge.refusedUnread(error)
        linger()
    }

    private func write(_ response: Response, _ exchange: Exchange) {
        guard let context else { return }
        state = .discarding  // answered, even if it is now that we learn that the client has left
        let response = response.represented(for: exchange.fields.accept, at: exchange.path)
        let buffer = ResponseWriter.buffer(
            for: response,
            to: exchange,
            date: loop.date,
            closes: closesAfterAnswer,
            allocator: context.channel.allocator
        )
        // Whoever has the answer finds it in the figures.
        record(exchange, status: response.status, bytes: response.body.count)
        send(buffer, context)
    }

    func record(_ exchange: Exchange, status: Int, bytes: Int) {
        loop.log.record(exchange, status: status, bytes: bytes)
        edge.record(exchange, status: status)
    }

    /// Notes a request whose client left before its answer was out; 499, as nginx has it, is never sent.
    func recordLeft(_ exchange: Exchange) { record(exchange, status: 499, bytes: exchange.partBytes) }

    func writeContinue() {
        guard let context else { return }
        send(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), context)
    }

    private func closeOnceWritten() {
        state = .lingering
        deadline = .distantFuture  // a client that takes nothing more is noticed anyway
        afterWriting { this in this.close() }
    }

    /// Closing while bytes are unread would reset the connection and take the answer away from the client.
    private func linger() {
        state = .lingering
        deadline = .now() + edge.limits.lingerTimeout
        afterWriting { this in this.context?.close(mode: .output, promise: nil) }
    }

    private func afterWriting(_ body: @escaping @Sendable (HTTPConnection) -> Void) {
        guard let context else { return }
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in body(this.value) }
    }

    func becomeIdle() {
        state = .idle
        deadline = .now() + edge.idleTime
    }

    /// Goes on with what the client sent ahead.
    func resume() {
        while !backlog.isEmpty {
            guard isTaking else { return }
            handle(backlog.removeFirst())
        }
        if let refusal = brokenRest {
            switch state {
            case .receiving(let exchange, _): refuseRest(of: exchange, refusal)
            case .answering: closesAfterAnswer = true
            case .idle: refuseUnread(refusal)
            case .waiting, .discarding, .lingering, .closed: break
            }
        }
        guard isReadWanted else { return }
        isReadWanted = false
        context?.read()
    }

    // MARK: Live connections

    func upgrade(_ exchange: Exchange) {
        guard let context else { return }
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        RealtimeUpgrade.handshake(exchange, on: context.channel).whenComplete { this.value.finishUpgrade($0) }
    }

    private func finishUpgrade(_ result: Result<HTTPHeaders, any Error>) {
        guard case .answering(let exchange) = state else { return }
        switch result {
        case .success where edge.isDraining:
            let refusal = ServiceError(.serviceUnavailable, "The server is shutting down.")
            respond(Response(refusal, requestID: exchange.requestID))
        case .success(let headers):
            let limit = edge.pendingLiveLimit
            guard edge.pendingLive.taken < limit else {
                let refusal = ServiceError(.serviceUnavailable, "Too many live connections.", retryAfter: .seconds(5))
                return respond(Response(refusal, requestID: exchange.requestID))
            }
            let source = exchange.source
            let pending = FairBudget.Lease(of: edge.pendingLive, for: source)
            guard pending.hold(1, within: limit) else {
                let refusal = ServiceError(.rateLimited, "Too many live connections without a token.")
                return respond(Response(refusal, requestID: exchange.requestID, headers: [("Retry-After", "1")]))
            }
            let live = RealtimeConnection(edge: edge, loop: loop, source: source, pending: pending)
            become(live, headers, exchange)
        case .failure(let error): respond(RealtimeUpgrade.refusal(error, requestID: exchange.requestID))
        }
    }

    private func become(_ live: RealtimeConnection, _ headers: HTTPHeaders, _ exchange: Exchange) {
        guard let context else { return }
        state = .closed  // for this handler; what is wanted of the channel passes through it from now on
        record(exchange, status: 101, bytes: 0)
        var response = context.channel.allocator.buffer(capacity: 256)
        response.writeString("HTTP/1.1 101 Switching Protocols\r\n")
        for (name, value) in headers { response.writeString("\(name): \(value)\r\n") }
        response.writeString("\r\n")
        send(response, context)
        let channel = context.channel
        RealtimeUpgrade.replaceHandlers(on: channel, of: self, by: live)
        // Through the whole pipeline: our own place in it is gone.
        if isReadWanted { channel.read() }
    }
}
