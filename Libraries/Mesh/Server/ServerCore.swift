internal import Logging
internal import Loops
internal import Nanomsg
internal import OpenSSL
internal import Synchronization

/// The parts of a server; apart from ``MeshServer``, so that an abandoned one stops.
final class ServerCore: Sendable {
    typealias Handler = @Sendable (MeshRequest, RunningRequest, ServerCore) -> Void

    struct State {
        var running: [UInt64: RunningRequest] = [:]
        var lastID: UInt64 = 0
        var held: HeldReplies
        var statistics = ServerStatistics()
        var isDraining = false
        var lastReply = ContinuousClock.now
    }

    let configuration: MeshConfiguration
    let instance = SecureRandom.uint64() | 1  // never 0, which a first ping uses for "whoever is there"
    let started = WallClock.seconds()
    let logger: Logger
    let drops: DropLog
    let placement: HandlerPlacement
    let state: Mutex<State>
    private let replays: Mutex<ReplayGuard>
    private let opener: RequestOpener
    private let identities: IdentityVerifier
    /// `nil` once closed.
    ///
    /// A sender holds it while it sends, so that it is not closed meanwhile.
    private let socket: Mutex<NanomsgSocket?>
    private let loop: Loop
    private let ticker: Ticker
    private let watch = Mutex<Watch?>(nil)
    private let handler: Handler

    init(configuration: MeshConfiguration, logger: Logger, loop: Loop, handler: @escaping Handler) throws {
        guard let address = configuration.requestAddress else {
            throw MeshConfigurationError(reason: "A server needs an address to listen at")
        }
        self.configuration = configuration
        self.logger = logger
        self.loop = loop
        self.handler = handler
        ticker = Ticker(on: loop, within: MeshLimits.shortTick)
        let limits = configuration.limits
        drops = DropLog(logger: logger)
        placement = HandlerPlacement(loop: loop, logger: logger)
        state = Mutex(State(held: HeldReplies(maxBytes: limits.heldReplyBytes)))
        replays = Mutex(ReplayGuard(clockSkew: limits.clockSkew, now: .now))
        opener = RequestOpener(service: configuration.service, keys: configuration.keys)
        identities = IdentityVerifier(keys: configuration.keys, clockSkew: limits.clockSkew)
        // The body's limit and as much again as all other fields may take.
        let socket = try NanomsgSocket(
            .rawReply,
            maxMessageBytes: limits.maxBodyBytes + 64 << 10,
            usesIPv6: address.description.contains("[")
        )
        try socket.bind(address.bound)
        self.socket = Mutex(socket)
    }

    func start() throws {
        guard let socket = socket.withLock(\.self) else { return }
        let receiving = loop.watch(try socket.receiveDescriptor) { [weak self] in self?.receive() }
        watch.withLock { $0 = receiving }
        ticker.start { [weak self] in self?.tick() }
    }

    func stop() {
        ticker.cancel()
        watch.withLock { watch in
            watch?.cancel()
            watch = nil
        }
        socket.withLock { $0 = nil }
    }

    // MARK: Receiving, on the loop

    private func receive() {
        // Few, because checking a user's signature takes over 100 µs. The descriptor stays ready while there are more.
        for _ in 0..<16 {
            // No error is known that another try would not bring again.
            guard let message = try? socket.withLock(\.self)?.receive() else { return }
            take(message)
        }
    }

    /// Checks a message from outermost to innermost: authentic, well-formed, recent, meant for us, not a replay, and on
    /// behalf of a user whom the gateway vouches for.
    private func take(_ message: NanomsgSocket.Message) {
        guard let opened = opener.open(message.body) else { return drops.note(.unauthentic) }
        guard var envelope = try? RequestEnvelope(decoding: message.body, opened.payload) else {
            return drops.note(.malformed)
        }
        let now = WallClock.seconds()
        let age = max(now, envelope.sentAt) - min(now, envelope.sentAt)
        guard age <= UInt64(configuration.limits.clockSkew.components.seconds) else { return drops.note(.stale) }
        let returnAddress = RunningRequest.ReturnAddress(
            header: message.header,
            correlation: Correlation(session: envelope.session, number: envelope.correlation),
            credit: envelope.replyCredit,
            key: opened.key
        )
        guard envelope.service == configuration.service else {
            drops.note(.misaddressed)
            return refuse(.wrongService, returnAddress)
        }
        if envelope.instance == 0, envelope.request.operation == ReservedOperation.ping {
            return pong(returnAddress)
        }
        guard envelope.instance == instance else { return refuse(.wrongInstance, returnAddress) }
        let isNew = replays.withLock { $0.admit(session: envelope.session, sequence: envelope.sequence, now: .now) }
        guard isNew else { return drops.note(.replayed) }
        guard !envelope.namesUnsignedUser else { return refuse(.unidentified, returnAddress) }
        envelope.request.caller = opened.caller
        if let identity = envelope.request.identity {
            guard let principal = identities.principal(of: identity) else {
                return refuse(.unidentified, returnAddress)
            }
            envelope.request.principal = principal
        }
        dispatch(envelope.request, returnAddress)
    }

    private func dispatch(_ request: MeshRequest, _ returnAddress: RunningRequest.ReturnAddress) {
        switch request.operation {
        case ReservedOperation.ping: pong(returnAddress)
        case ReservedOperation.info:
            send(ReplyEnvelope(info(), instance: instance), to: returnAddress, until: request.deadline)
        case ReservedOperation.stats:
            send(ReplyEnvelope(stats(), instance: instance), to: returnAddress, until: request.deadline)
        case ReservedOperation.pull: pull(request, returnAddress)
        case ReservedOperation.cancel: cancel(returnAddress)
        default: run(request, returnAddress)
        }
    }

    private func run(_ request: MeshRequest, _ returnAddress: RunningRequest.ReturnAddress) {
        guard request.deadline > .now else { return refuse(.expired, returnAddress) }
        let limit = configuration.limits.concurrentRequests
        let (running, refusal) = state.withLock { state -> (RunningRequest?, ReplyEnvelope.Refusal) in
            if state.isDraining { return (nil, .draining) }
            guard state.running.count < limit else { return (nil, .overloaded) }
            state.lastID += 1
            let running = RunningRequest(
                id: state.lastID,
                request: request,
                returnAddress: returnAddress,
                placement: placement
            )
            state.running[running.id] = running
            return (running, .overloaded)
        }
        guard let running else { return refuse(refusal, returnAddress) }
        handler(request, running, self)
        ticker.keepTime()
    }

    /// Ends the work on the request that has the same correlation, because nobody waits for its reply any more.
    ///
    /// Only its own reply is sent, which gives its place on the lane free.
    private func cancel(_ returnAddress: RunningRequest.ReturnAddress) {
        let running = state.withLock { state in
            state.held.release(of: returnAddress.correlation)
            return state.running.values.first { $0.returnAddress.correlation == returnAddress.correlation }
        }
        guard let running, running.claim() else { return }
        state.withLock { $0.statistics.record(running.operation, status: 499, time: .now - running.began) }
        refuse(.timedOut, running.returnAddress)
        running.cancel()
    }

    // MARK: Answering, on any thread

    /// Sends the reply, unless the request has been answered.
    func answer(_ running: RunningRequest, with reply: MeshReply) {
        guard running.claim() else { return }
        let time = ContinuousClock.now - running.began
        state.withLock { $0.statistics.record(running.operation, status: reply.status, time: time) }
        var envelope = ReplyEnvelope(reply, instance: instance)
        envelope.handlerTime = time
        send(envelope, to: running.returnAddress, until: running.deadline)
    }

    /// Nothing works on the request any more.
    func finish(_ running: RunningRequest) {
        state.withLock { _ = $0.running.removeValue(forKey: running.id) }
        running.finish()
    }

    /// The part of a reply that `held`, `total_bytes` and the seal may add to what stands in `head`.
    private static let framingBytes = Seal.overheadBytes + 32

    private func send(
        _ reply: ReplyEnvelope,
        to returnAddress: RunningRequest.ReturnAddress,
        until deadline: ContinuousClock.Instant
    ) {
        let body = reply.body
        let head = reply.head(bodyBytes: body.count)
        let room = returnAddress.credit - head.count - Self.framingBytes
        if body.count <= room { return transmit(head, body, to: returnAddress) }
        let held =
            room < 1
            ? nil : state.withLock { $0.held.hold(body, for: returnAddress.correlation, until: deadline) }
        if let held {
            var envelope = reply
            envelope.held = held
            envelope.totalBytes = body.count
            transmit(envelope, Array(body.prefix(room)), to: returnAddress)
            ticker.keepTime()
        } else {
            logger.error(room < 1 ? "A reply's headers are too long" : "Too many long replies wait to be pulled")
            var envelope = ReplyEnvelope(instance: instance, status: room < 1 ? 500 : 503)
            envelope.errorCode = room < 1 ? "internal" : "overloaded"
            transmit(envelope, [], to: returnAddress)
        }
    }

    private func transmit(_ envelope: ReplyEnvelope, _ body: [UInt8], to returnAddress: RunningRequest.ReturnAddress) {
        transmit(envelope.head(bodyBytes: body.count), body, to: returnAddress)
    }

    private func transmit(_ head: [UInt8], _ body: [UInt8], to returnAddress: RunningRequest.ReturnAddress) {
        let seal = returnAddress.key.seal(head, body, as: .reply, context: returnAddress.correlation.context)
        do {
            _ = try socket.withLock(\.self)?.send(header: returnAddress.header, seal, head, body)
        } catch {
            logger.error("Could not send a reply", metadata: ["error": "\(error)"])
        }
        state.withLock { $0.lastReply = .now }
    }

    private func refuse(_ refusal: ReplyEnvelope.Refusal, _ returnAddress: RunningRequest.ReturnAddress) {
        state.withLock { $0.statistics.refusals[refusal, default: 0] += 1 }
        transmit(ReplyEnvelope(refusal: refusal, instance: instance), [], to: returnAddress)
    }

    private func pong(_ returnAddress: RunningRequest.ReturnAddress) {
        let isDraining = state.withLock(\.isDraining)
        transmit(
            ReplyEnvelope(refusal: isDraining ? .draining : nil, instance: instance, status: 200),
            [],
            to: returnAddress
        )
    }

    /// Sends the next piece of a long reply, as long as the request allows.
    private func pull(_ request: MeshRequest, _ returnAddress: RunningRequest.ReturnAddress) {
        var envelope = ReplyEnvelope(instance: instance, status: 200)
        let room = returnAddress.credit - envelope.head(bodyBytes: 0).count - Self.framingBytes
        let piece = (try? Pull(decoding: request.body)).flatMap { pull in
            state.withLock {
                $0.held.piece(of: pull.held, at: pull.offset, atMost: room, for: returnAddress.correlation)
            }
        }
        if piece == nil { envelope.status = 410 }
        transmit(envelope, piece ?? [], to: returnAddress)
    }

    // MARK: Time

    /// Answers what has run out of time, and returns how long nothing else will.
    private func tick() -> Duration? {
        let now = ContinuousClock.now
        let (expired, isBusy) = state.withLock { state in
            state.held.expire(now: now)
            let expired = state.running.values.filter { $0.deadline <= now && !$0.hasAnswer }
            return (expired, !state.running.isEmpty || !state.held.isEmpty || now - state.lastReply < .seconds(1))
        }
        for running in expired where running.claim() {
            state.withLock { $0.statistics.record(running.operation, status: 504, time: now - running.began) }
            refuse(.timedOut, running.returnAddress)
            running.cancel()
        }
        return isBusy ? MeshLimits.shortTick : nil
    }

    // MARK: Draining

    var isDraining: Bool { state.withLock(\.isDraining) }

    func drain(for patience: Duration) async {
        let start = ContinuousClock.now
        let end = start + patience
        state.withLock { state in
            state.isDraining = true
            // What is on its way to a server that had nothing to do is still sent away, and its clients learn of it.
            state.lastReply = start
        }
        // Requests end in many ways, and this happens once in a life: looking now and then is the simplest that is right.
        while ContinuousClock.now < end, !isDrained {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { break }
        }
        stop()
    }

    /// Everything is answered, and the last answer has had the time to leave: nanomsg closes without waiting for that.
    private var isDrained: Bool {
        let connections = socket.withLock { $0?.connections ?? 0 }
        return state.withLock { state in
            let isDone = state.running.isEmpty && state.held.isEmpty
            return isDone && (connections == 0 || .now - state.lastReply > .milliseconds(250))
        }
    }
}
