import Contracts
import Logging
import Mesh
import NIOCore
import NIOWebSocket
import NotifierContracts
import ServiceKit

/// One live connection: Centrifugo's client protocol v2 in JSON over a WebSocket.
///
/// The notifier decides who it belongs to and which channels it has; the gateway holds the socket. At most one call to the
/// notifier runs per connection; commands that come meanwhile wait, and nothing more is read from the socket.
final class RealtimeConnection: ChannelDuplexHandler, LoopMember {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The protocol's time limits.
    enum Timing {
        static let ping: TimeAmount = .seconds(25)
        static let pong: TimeAmount = .seconds(8)
        static let connect: TimeAmount = .seconds(10)
        static let expiryGrace: TimeAmount = .seconds(25)
        static let close: TimeAmount = .seconds(5)
    }

    private enum Phase {
        case opened
        /// Waits for the notifier; what the client sent meanwhile waits too.
        case calling
        case connected
        /// Connecting failed in a way that the client was told; it goes, or is dropped.
        case refused
        /// The close frame is out.
        case closing
        case closed
    }

    private struct Stream {
        let epoch: String
        var offset: Int64
    }

    private let edge: Edge
    private let loop: LoopState
    private let loopIndex: Int
    private var context: ChannelHandlerContext?
    private var phase = Phase.opened
    private var streams: [String: Stream] = [:]
    private(set) var session: SessionID?
    private var user = ""
    private var backlog = CircularBuffer<ArraySlice<UInt8>>()
    private var isReadWanted = false

    /// When the present phase has lasted too long.
    private var deadline = NIODeadline.now() + Timing.connect
    private var nextPing = NIODeadline.distantFuture
    private var pongDeadline: NIODeadline?
    private var expiry = NIODeadline.distantFuture

    init(edge: Edge, loop: LoopState) {
        self.edge = edge
        self.loop = loop
        loopIndex = loop.index
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
        edge.realtime.connections.add(1)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leaveChannels()
        loop.remove(self)
        edge.realtime.connections.add(-1)
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closed
        leaveChannels()
        context.fireChannelInactive()
    }

    private func leaveChannels() {
        for channel in streams.keys { loop.unsubscribe(self, from: channel) }
        edge.realtime.leave(channels: streams.keys, loop: loopIndex)
        streams = [:]
    }

    func read(context: ChannelHandlerContext) {
        if case .calling = phase { isReadWanted = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // More than the bound waits for a client that does not read: it would not read a close frame either.
        if !context.channel.isWritable { close() }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOWebSocketError: break  // WebSocketProtocolErrorHandler has said goodbye
        case NIOWebSocketFrameAggregator.Error.accumulatedFrameSizeIsTooLarge: closeWebSocket(.messageTooLarge, "")
        case is NIOWebSocketFrameAggregator.Error: closeWebSocket(.protocolError, "")
        default: close()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            guard phase != .closing, phase != .closed else { return }
            receive(Array(frame.unmaskedData.readableBytesView))
        case .ping: write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
        case .connectionClose:
            closeWebSocket(.normalClosure, "")
            close()
        case .binary: disconnect(.badRequest)
        default: break
        }
        context.flush()
    }

    private func close() {
        phase = .closed
        context?.close(promise: nil)
    }

    // MARK: Sending

    private func write(_ frame: WebSocketFrame) { context?.write(wrapOutboundOut(frame), promise: nil) }

    private func send(_ message: [UInt8]) { send(ByteBuffer(bytes: message)) }

    private func send(_ message: ByteBuffer) { write(WebSocketFrame(fin: true, opcode: .text, data: message)) }

    /// Ends the connection with a code that tells the client whether to come again.
    func disconnect(_ reason: Disconnect) { closeWebSocket(.unknown(reason.rawValue), reason.reason) }

    private func closeWebSocket(_ code: WebSocketErrorCode, _ reason: String) {
        guard let context, phase != .closing, phase != .closed else { return }
        phase = .closing
        deadline = .now() + Timing.close
        leaveChannels()
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: code)
        data.writeString(reason)
        write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        context.flush()
    }

    /// Passes a publication on if it is the next of its stream.
    func deliver(_ publication: Publication) {
        guard var stream = streams[publication.channel] else { return }
        guard publication.epoch == stream.epoch else { return disconnect(.insufficientState) }
        guard publication.offset > stream.offset else { return }
        guard publication.offset == stream.offset + 1 else { return disconnect(.insufficientState) }
        stream.offset = publication.offset
        streams[publication.channel] = stream
        edge.realtime.deliveries.add()
        send(publication.message)
        context?.flush()
    }

    // MARK: Commands

    private func receive(_ frame: [UInt8]) {
        let lines = frame.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines { backlog.append(line) }
        work()
    }

    private func work() {
        while !backlog.isEmpty {
            switch phase {
            case .calling: return
            case .closing, .closed: return backlog.removeAll()
            case .opened, .connected, .refused: handle(backlog.removeFirst())
            }
        }
        context?.flush()
        if case .calling = phase { return }
        guard isReadWanted else { return }
        isReadWanted = false
        context?.read()
    }

    private func handle(_ line: ArraySlice<UInt8>) {
        guard let command = ClientCommand(line) else { return disconnect(.badRequest) }
        switch (phase, command) {
        case (.connected, .pong):
            guard pongDeadline != nil else { return disconnect(.badRequest) }
            pongDeadline = nil
        case (.opened, .call(let id, .connect, let parameters)): connect(id, parameters)
        case (.connected, .call(let id, let method, let parameters)) where method != .connect:
            handle(method, id, parameters)
        case (.refused, _): break
        default: disconnect(.badRequest)
        }
    }

    private func handle(_ method: ClientCommand.Method, _ id: UInt32, _ parameters: JSONObject) {
        switch method {
        case .subscribe, .unsubscribe, .publish, .presence, .presenceStats, .history, .subRefresh:
            guard let channel = parameters["channel"]?.stringValue, !channel.isEmpty else {
                return disconnect(.badRequest)
            }
            handle(method, id, channel: channel)
        case .refresh: refresh(id, parameters)
        case .rpc: send(ServerMessage.error(.methodNotFound, to: id))
        case .ping: send(ServerMessage.reply(to: id, "ping"))
        case .send: disconnect(.notAvailable)
        case .connect: disconnect(.badRequest)
        }
    }

    /// Channels that clients ask for themselves come with the services that own them; until then nobody may have any.
    private func handle(_ method: ClientCommand.Method, _ id: UInt32, channel: String) {
        switch method {
        case .unsubscribe:
            if streams.removeValue(forKey: channel) != nil {
                loop.unsubscribe(self, from: channel)
                edge.realtime.leave(channels: [channel], loop: loopIndex)
            }
            send(ServerMessage.reply(to: id, "unsubscribe"))
        case _ where channel.utf8.count > 255: send(ServerMessage.error(.badRequest, to: id))
        case .subscribe where streams[channel] != nil: send(ServerMessage.error(.alreadySubscribed, to: id))
        case .presence, .presenceStats, .history: send(ServerMessage.error(.notAvailable, to: id))
        default: send(ServerMessage.error(.permissionDenied, to: id))
        }
    }

    // MARK: Admission

    private func connect(_ id: UInt32, _ parameters: JSONObject) {
        guard let text = parameters["token"]?.stringValue, !text.isEmpty else { return disconnect(.badRequest) }
        guard let token = Text<1, 8_192>(text) else { return disconnect(.invalidToken) }
        guard let positions = Self.positions(parameters["subs"]) else { return disconnect(.badRequest) }
        guard let admission = edge.realtime.beginAdmission() else { return refuse(id, .internalError) }
        call(ConnectRealtime(token: token, positions: positions)) { this, result in
            guard this.phase == .calling else { return this.edge.realtime.abandon(admission) }
            switch result {
            case .success(let reply): this.admit(reply, admission, id, positions)
            case .failure(let error):
                this.edge.realtime.abandon(admission)
                if error == .invalidToken {
                    this.disconnect(.invalidToken)
                } else {
                    this.refuse(id, error.commandError)
                }
            }
        }
    }

    /// Where the client was on its channels, as far as it wants to recover; `nil` for what breaks the protocol.
    private static func positions(_ subscriptions: JSONValue?) -> [String: StreamPosition]? {
        guard let subscriptions else { return [:] }
        guard let object = subscriptions.objectValue, object.members.count <= 128 else { return nil }
        var positions: [String: StreamPosition] = [:]
        for (channel, value) in object.members where value["recover"]?.boolValue == true {
            guard let offset = (value["offset"] ?? 0).intValue, offset >= 0,
                let epoch = (value["epoch"] ?? "").stringValue
            else { return nil }
            positions[channel] = StreamPosition(offset: Int64(offset), epoch: epoch)
        }
        return positions
    }

    private func refuse(_ id: UInt32, _ error: CommandError) {
        phase = .refused
        deadline = .now() + Timing.close
        send(ServerMessage.error(error, to: id))
    }

    private func admit(
        _ reply: RealtimeAdmission,
        _ admission: RealtimeHub.Admission,
        _ id: UInt32,
        _ positions: [String: StreamPosition]
    ) {
        let channels = reply.subscriptions.map(\.channel)
        guard let missed = edge.realtime.finish(admission, channels: channels, loop: loopIndex) else {
            return disconnect(.insufficientState)
        }
        for subscription in reply.subscriptions {
            streams[subscription.channel] = Stream(epoch: subscription.epoch, offset: subscription.offset)
            loop.subscribe(self, to: subscription.channel)
        }
        user = reply.userId
        session = reply.sessionId
        // It may have ended while the notifier was asked, before anyone could find this connection.
        if let session, edge.admission.authenticator.hasEnded(session) { return disconnect(.invalidToken) }
        phase = .connected
        deadline = .distantFuture
        // Spread, so that clients who all came back at once are not all pinged at once.
        nextPing =
            .now()
            + .milliseconds(.random(in: Timing.ping.nanoseconds / 2_000_000...Timing.ping.nanoseconds / 1_000_000))
        let secondsLeft = expire(at: reply.expiresAt)
        send(
            ServerMessage.reply(to: id, "connect") { writer in
                writer.connection(reply, positions, secondsLeft: secondsLeft)
            }
        )
        for publication in missed { deliver(publication) }
    }

    /// - Returns: In how many seconds the client needs a new token; `nil` for never.
    private func expire(at time: Timestamp?) -> Int? {
        guard let time else {
            expiry = .distantFuture
            return nil
        }
        let left = max(.zero, time - .now())
        expiry = .now() + .seconds(left.components.seconds) + Timing.expiryGrace
        return Int(left.components.seconds)
    }

    private func refresh(_ id: UInt32, _ parameters: JSONObject) {
        guard let text = parameters["token"]?.stringValue, !text.isEmpty else { return disconnect(.badRequest) }
        guard let token = Text<1, 8_192>(text) else { return disconnect(.invalidToken) }
        call(ConnectRealtime(token: token)) { this, result in
            guard this.phase == .calling else { return }
            this.phase = .connected
            switch result {
            case .success(let reply) where reply.userId == this.user:
                this.session = reply.sessionId
                let secondsLeft = this.expire(at: reply.expiresAt)
                this.send(ServerMessage.reply(to: id, "refresh") { $0.expiry(secondsLeft: secondsLeft) })
            case .success, .failure(.invalidToken): this.disconnect(.invalidToken)
            case .failure(.expiredToken): this.disconnect(.connectionExpired)
            case .failure(.unavailable): this.send(ServerMessage.error(.internalError, to: id))
            }
        }
    }

    private enum Refusal: Error {
        case invalidToken
        case expiredToken
        case unavailable

        var commandError: CommandError { self == .expiredToken ? .tokenExpired : .internalError }
    }

    private func call(
        _ operation: ConnectRealtime,
        _ completion: @escaping @Sendable (RealtimeConnection, Result<RealtimeAdmission, Refusal>) -> Void
    ) {
        phase = .calling
        let contract = ConnectRealtime.contract
        let request = MeshRequest(
            operation: contract.name,
            timeLeft: contract.timeout,
            contentType: "application/json",
            body: operation.jsonBytes
        )
        let this = NIOLoopBound(self, eventLoop: loop.loop)
        edge.mesh.send(request, to: contract.service) { [loop = loop.loop, logger = edge.logger] reply in
            let result = Self.result(reply, logger: logger)
            loop.execute {
                completion(this.value, result)
                this.value.work()
            }
        }
    }

    private static func result(
        _ reply: Result<MeshReply, MeshError>,
        logger: Logger
    ) -> Result<RealtimeAdmission, Refusal> {
        do {
            let reply = try reply.get()
            guard let failure = reply.failure else { return .success(try RealtimeAdmission.read(body: reply.body)) }
            if failure.code == ErrorCode.realtimeTokenExpired.code { return .failure(.expiredToken) }
            if reply.status < 500, reply.status != 429, reply.status != 404 { return .failure(.invalidToken) }
            throw failure
        } catch {
            logger.warning("A live connection could not be admitted", metadata: ["error": "\(error)"])
            return .failure(.unavailable)
        }
    }

    // MARK: Time

    func sweep(now: NIODeadline) {
        if now >= deadline {
            switch phase {
            case .opened: return disconnect(.stale)
            case .refused, .closing: return close()
            case .calling, .connected, .closed: break
            }
        }
        guard phase == .connected else { return }
        if let pongDeadline, now >= pongDeadline { return disconnect(.noPong) }
        if now >= expiry { return disconnect(.connectionExpired) }
        guard now >= nextPing else { return }
        nextPing = now + Timing.ping
        pongDeadline = now + Timing.pong
        send(Self.ping)
        context?.flush()
    }

    private static let ping = ByteBuffer(string: "{}")

    func drain() { disconnect(.shutdown) }
}

extension JSONWriter {
    fileprivate mutating func connection(
        _ reply: RealtimeAdmission,
        _ positions: [String: StreamPosition],
        secondsLeft: Int?
    ) {
        name("client")
        string("\(Identifier<RealtimeConnection>())")
        name("version")
        string(buildVersion)
        expiry(secondsLeft: secondsLeft)
        name("ping")
        integer(RealtimeConnection.Timing.ping.nanoseconds / 1_000_000_000)
        name("pong")
        bool(true)
        guard !reply.subscriptions.isEmpty else { return }
        name("subs")
        beginObject()
        for subscription in reply.subscriptions {
            name(subscription.channel)
            self.subscription(subscription, requested: positions[subscription.channel]?.offset ?? 0)
        }
        endObject()
    }
}
