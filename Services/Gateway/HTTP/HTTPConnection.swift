import Contracts
import Mesh
import NIOCore
import NIOHTTP1
import ServiceKit

/// One HTTP/1.1 connection: one request at a time goes through it, and what a client sends ahead waits.
///
/// A plain channel handler, because a request costs half of what it does with tasks and async sequences. The reply comes on
/// the mesh client's loop and hops to the event loop once, together with others (`ReplyInbox`).
final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler, LoopMember {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Between requests.
        case idle
        /// The head is here, and something about it is being found out.
        case waiting(Exchange)
        /// The body is being read.
        case receiving(Exchange, Admission)
        /// The request is complete and its answer on its way.
        case answering(Exchange)
        /// The answer is out before the body was read; the rest of that is dropped.
        case discarding
        /// The answer is out, and the connection ends once the client has stopped sending.
        case lingering
        case closed
    }

    let edge: Edge
    let loop: LoopState
    private let peer: IPAddress?
    private let isSurplus: Bool
    var state = State.idle
    var context: ChannelHandlerContext?
    /// What came after a request that is not answered yet: one read's worth, because reading stops then.
    var backlog = CircularBuffer<HTTPServerRequestPart>()
    var isReadWanted = false
    var closesAfterAnswer = false
    /// Why what follows the backlog cannot be read.
    var brokenRest: ServiceError?
    /// When the present state has lasted too long.
    var deadline: NIODeadline
    private var isReceivingHead = false
    private var progress = WriteProgress()
    /// The bytes of answers that the client has not received (0 if only a few), and the time since then.
    private(set) var unwritten = 0
    private(set) var unwrittenSince = NIODeadline.distantPast
    /// The source of the latest request.
    private(set) var source: RateKey
    /// The call whose reply is waited for, be the client still there or not.
    private var call: CallUnderway?

    private struct CallUnderway {
        let exchange: Exchange
        let pending: PendingCall?
        /// Its place among the calls that may be under way.
        let place: LoadShedder.Call
        let began: NIODeadline
    }

    /// - Parameters:
    ///   - edge: What all connections share.
    ///   - loop: What those of this event loop share.
    ///   - peer: The address of the peer; `nil` for the Unix socket.
    ///   - isSurplus: Whether there are too many already, so that this one is only told so.
    init(edge: Edge, loop: LoopState, peer: IPAddress?, isSurplus: Bool) {
        self.edge = edge
        self.loop = loop
        self.peer = peer
        self.isSurplus = isSurplus
        source = RateKey(address: peer ?? IPAddress(high: 0, low: 0))
        deadline = .now() + edge.idleTime
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loop.remove(self)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if isSurplus { refuseUnread(ServiceError(.serviceUnavailable, "Too many connections.")) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        abandon()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if unwritten > 0 { setUnwritten(0) }
            let this = NIOLoopBound(self, eventLoop: loop.loop)
            loop.loop.execute { this.value.resume() }  // later, because this may come in the middle of a write
        }
        context.fireChannelWritabilityChanged()
    }

    /// Bytes came in; the decoder has not seen them yet.
    func bytesArrived() {
        guard case .idle = state, !isReceivingHead else { return }
        isReceivingHead = true
        deadline = .now() + edge.limits.headTimeout
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if backlog.isEmpty, isTaking { handle(part) } else { backlog.append(part) }
    }

    /// `true` if the next part of what the client sends is handled at once.
    ///
    /// A request is not before its client has taken most of the earlier answers: who only asks would fill our memory.
    var isTaking: Bool {
        switch state {
        case .waiting, .answering: false
        case .idle: context?.channel.isWritable ?? true
        case .receiving, .discarding, .lingering, .closed: true
        }
    }

    func read(context: ChannelHandlerContext) {
        // Reading on without need of more shows that a client has left, and spares the selector two changes a request.
        if backlog.isEmpty { context.read() } else { isReadWanted = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return close() }
        let refusal: ServiceError =
            switch error {
            case .headerOverflow: ServiceError(.headersTooLarge)
            case .invalidVersion: ServiceError(.badRequest, "Unsupported HTTP version.")
            default: ServiceError(.badRequest)
            }
        switch state {
        case .idle where backlog.isEmpty: refuseUnread(refusal)
        case .receiving(let exchange, _): refuseRest(of: exchange, refusal)
        case .idle, .waiting: brokenRest = refusal
        // The answer under way is the last that this client gets.
        case .answering: closesAfterAnswer = true
        case .discarding, .lingering, .closed: close()
        }
    }

    /// The body cannot be read any further.
    func refuseRest(of exchange: Exchange, _ refusal: ServiceError) {
        closesAfterAnswer = true
        answerEarly(Response(refusal, requestID: exchange.requestID), exchange)
    }

    func close() {
        abandon()
        context?.close(promise: nil)
    }

    /// Nobody waits for an answer any more; the request is noted all the same.
    private func abandon() {
        switch state {
        // What was to be changed is changed: who tries again with the same key gets the answer of then. `finish` notes it.
        case .answering(let exchange) where call != nil: if exchange.isSafe { call?.pending?.cancel() }
        case .waiting(let exchange), .receiving(let exchange, _), .answering(let exchange): recordLeft(exchange)
        case .idle, .discarding, .lingering, .closed: break
        }
        state = .closed
        backlog.removeAll()
        if unwritten > 0 { setUnwritten(0) }
    }

    /// Ends an answer that has begun and cannot be finished, which the client sees by the end that is missing.
    func breakOff(_ exchange: Exchange, status: Int) {
        record(exchange, status: status, bytes: exchange.partBytes)
        state = .closed
        close()
    }

    /// Everything that goes out goes this way.
    func send(_ bytes: ByteBuffer, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>? = nil) {
        progress.send(bytes.readableBytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
        if !context.channel.isWritable { countUnwritten() }
    }

    /// Updates the bytes of answers that wait for the client.
    private func countUnwritten() {
        // Sockets have the option; a closed one has no pending bytes.
        setUnwritten((try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
    }

    private func setUnwritten(_ bytes: Int) {
        let change = bytes - unwritten
        if unwritten == 0 || change < 0 { unwrittenSince = .now() }
        unwritten = bytes
        loop.noteUnwritten(change)
    }

    /// Closes the connection when unreceived answers fill the memory and its own is chosen to be dropped.
    func endUnwritten() {
        guard unwritten > 0 else { return }  // it has taken them meanwhile, or has ended
        edge.stalled.add()
        close()
    }

    // MARK: Requests

    func handle(_ part: HTTPServerRequestPart) {
        switch (state, part) {
        case (.idle, .head(let head)):
            isReceivingHead = false
            let exchange = Exchange(head, peer: peer, proxies: edge.proxies, tracer: edge.tracer)
            source = exchange.source
            // A parser that has seen an upgrade or a tunnel offered reads no further, whether we take the offer or not.
            let isLast = exchange.fields.upgrade != nil || head.method == .CONNECT
            closesAfterAnswer =
                isLast || exchange.fields.hasUnsafeText || !head.isKeepAlive || head.version != .http1_1
                || edge.isDraining
            decide(exchange)
        case (.receiving(let exchange, let admission), .body(let bytes)): collect(bytes, exchange, admission)
        case (.receiving(let exchange, let admission), .end): answer(exchange, admission)
        case (.discarding, .end): becomeIdle()
        case (.lingering, .end): close()
        default: break
        }
    }

    private func decide(_ exchange: Exchange) {
        switch edge.admission.admit(exchange) {
        case .reply(let response): answerEarly(response, exchange)
        case .ask(let question): ask(question, about: exchange)
        case let admission:
            state = .receiving(exchange, admission)
            deadline = exchange.start + edge.limits.bodyTimeout
            if case .forward(let endpoint) = admission, endpoint.takesBody, let length = exchange.fields.bodyLength {
                guard edge.bodies.hasRoom(for: length, of: exchange.source) else {
                    return answerEarly(Response(.noRoomForBody, requestID: exchange.requestID), exchange)
                }
                exchange.body.reserveCapacity(min(length, Self.reservedBytes))
            }
            // HTTP/1.0 knows no interim answers (RFC 9110 §10.1.1).
            if exchange.fields.expect != nil, exchange.fields.hasBody, exchange.head.version == .http1_1 {
                writeContinue()
            }
        }
    }

    private func ask(_ question: Question, about exchange: Exchange) {
        state = .waiting(exchange)
        deadline = .distantFuture
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        let authenticator = edge.admission.authenticator
        let now = exchange.receivedAt.secondsSince1970
        switch question {
        case .token(let token):
            loop.loop.makeFutureWithTask { await authenticator.check(token, now: now) }
                .whenSuccess { verdict in this.value.goOn { $0.verdict = verdict } }
        case .apiKey(let key):
            loop.loop.makeFutureWithTask { await authenticator.check(key, now: now) }
                .whenSuccess { verdict in this.value.goOn { $0.verdict = verdict } }
        case .budget(let call):
            edge.admission.limiter.ask(call, now: exchange.uptime) { [loop = loop.loop] decision in
                loop.execute { this.value.goOn { $0.decisions.append((call, decision)) } }
            }
        }
    }

    private func goOn(_ learn: (Exchange) -> Void) {
        guard case .waiting(let exchange) = state else { return }  // the client is gone
        learn(exchange)
        decide(exchange)
        resume()
    }

    /// The bytes reserved at once for an announced length; more are reserved as they arrive.
    private static let reservedBytes = 65_536

    private func collect(_ bytes: ByteBuffer, _ exchange: Exchange, _ admission: Admission) {
        let endpoint = if case .forward(let endpoint) = admission { endpoint } else { Endpoint?.none }
        let limit = endpoint?.bodyLimit ?? edge.limits.discardedBytes
        exchange.bodyBytes += bytes.readableBytes
        guard exchange.bodyBytes <= limit else {
            return answerEarly(Response(RequestForm.tooLarge(limit), requestID: exchange.requestID), exchange)
        }
        guard let endpoint, endpoint.takesBody else { return }
        let memory = exchange.memory ?? FairBudget.Lease(of: edge.bodies, for: exchange.source)
        exchange.memory = memory
        guard memory.hold(exchange.bodyBytes) else {
            exchange.body = []
            return answerEarly(Response(.noRoomForBody, requestID: exchange.requestID), exchange)
        }
        exchange.body.append(contentsOf: bytes.readableBytesView)
    }

    private func answer(_ exchange: Exchange, _ admission: Admission) {
        state = .answering(exchange)
        deadline = .distantFuture
        switch admission {
        case .forward(let endpoint): forward(exchange.meshRequest(for: endpoint), to: endpoint, for: exchange)
        case .platform(let route): answer(exchange, route)
        case .upgrade: upgrade(exchange)
        case .reply, .ask: preconditionFailure("These were answered when the head came")
        }
    }

    func forward(_ request: MeshRequest, to endpoint: Endpoint, for exchange: Exchange) {
        let began = NIODeadline.now()
        let now = Int64(began.uptimeNanoseconds)
        let place: LoadShedder.Call
        let room = edge.mesh.room(for: endpoint.operation, of: endpoint.service)
        switch edge.shedder.begin(endpoint, by: exchange.caller, room: room, isUnderway: exchange.isUnderway, now: now)
        {
        case .begun(let call): place = call
        case .refused(let pause):
            let refusal = ServiceError(.serviceUnavailable, "Too many requests in progress.", retryAfter: pause)
            return respond(Response(refusal, requestID: exchange.requestID))
        }
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        exchange.hop = Exchange.MeshHop(trace: request.trace)
        let pending = edge.mesh.send(request, to: endpoint.service) { [replies = loop.replies] result in
            replies.add(ArrivedReply(connection: this, result: result))
        }
        call = CallUnderway(exchange: exchange, pending: pending, place: place, began: began)
    }

    /// Takes the result of the call under way.
    func finish(_ result: Result<MeshReply, MeshError>) {
        guard let call else { return }
        self.call = nil
        // Here, so that an event loop that is late itself counts as well.
        let now = NIODeadline.now()
        edge.shedder.end(call.place, after: (now - call.began).nanoseconds, now: Int64(now.uptimeNanoseconds))
        let exchange = call.exchange
        edge.recordHop(of: exchange, result)
        exchange.isAnonymous = isAnonymous(result, of: exchange)
        guard case .answering = state else { return recordLeft(exchange) }
        switch result {
        case .success(let reply) where exchange.hasParts(reply): sendPart(reply, exchange)
        case .success(let reply):
            let hasToken = exchange.fields.authorization != nil
            respond(Response(reply, requestID: exchange.requestID, hasToken: hasToken))
        case .failure(let error):
            let response = Response(error, requestID: exchange.requestID)
            if exchange.isUnderway { breakOff(exchange, status: response.status) } else { respond(response) }
        }
    }

    /// Tells whether a reply, or the unknown effect of a failed call, must not be linked to the person.
    private func isAnonymous(_ result: Result<MeshReply, MeshError>, of exchange: Exchange) -> Bool {
        let mayBe = exchange.endpoint?.mayBeAnonymous ?? false
        return switch result {
        case .success(let reply):
            reply.headers.first(named: AnonymousReply.header) != nil || mayBe && reply.status >= 500
        case .failure: mayBe
        }
    }

    private func answer(_ exchange: Exchange, _ route: PlatformRoute) {
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        let known = exchange.fields.ifNoneMatch
        loop.loop.makeFutureWithTask { [edge] in await edge.answer(route).unlessKnown(to: known) }
            .whenSuccess { this.value.respond($0) }
    }

    // MARK: Time

    func sweep(now: NIODeadline) {
        // Sockets have the option; one that is closed has nothing left to be taken.
        let waiting = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if progress.standstill(waiting: waiting, now: now) > edge.limits.writeTimeout {
            edge.stalled.add()
            return close()
        }
        if unwritten > 0 { setUnwritten(waiting) }
        guard now >= deadline else { return }
        switch state {
        case .idle where waiting > 0: becomeIdle()  // it has been taking its answer, however slowly
        case .idle where isReceivingHead: refuseUnread(ServiceError(.requestTimeout))
        case .receiving(let exchange, _): refuseRest(of: exchange, ServiceError(.requestTimeout))
        case .idle, .discarding, .lingering: close()
        case .waiting, .answering, .closed: break
        }
    }

    /// Ends with its next answer, or soon.
    ///
    /// Not at once: nginx may be sending a request on it at this moment, and must not repeat one that is not idempotent.
    func drain() {
        closesAfterAnswer = true
        if case .idle = state, !isReceivingHead { deadline = min(deadline, .now() + edge.limits.drainGrace) }
    }
}
