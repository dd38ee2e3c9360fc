import Contracts
import NIOCore
import NIOWebSocket
import ServiceKit

/// One live connection: Centrifugo's client protocol v2 in JSON over a WebSocket.
///
/// The notifier decides who it belongs to and which channels it has; the gateway holds the socket. At most one call to the
/// notifier runs per connection; commands that come meanwhile wait, and nothing more is read from the socket.
final class RealtimeConnection: ChannelDuplexHandler, LoopMember {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// The protocol's time limits.
    enum Timing {
        static let ping: TimeAmount = .seconds(25)
        static let pong: TimeAmount = .seconds(8)
        static let following: TimeAmount = .seconds(5)
        static let expiryGrace: TimeAmount = .seconds(25)
        static let close: TimeAmount = .seconds(5)
    }

    /// Limits on what a client sends; exceeding them closes the connection, usually with 3013.
    struct Limits: Sendable {
        /// From the opening until the client has authenticated, however long that takes the notifier.
        var authenticationTimeout: TimeAmount = .seconds(10)
        /// The size of a frame, and of a fragmented message.
        var messageBytes = 65_536
        var framesPerSecond = 50
        var frameBurst = 500
        /// A token check counts as several commands.
        var commandsPerSecond = 50
        var commandBurst = 500
        var bytesPerSecond = 1 << 17
        var byteBurst = 1 << 20
        /// The bytes read and dropped after the close frame, so that the client can still receive it.
        var discardedBytes = 16 << 20
        /// An incomplete message is charged to the memory budget from this many bytes.
        var countedBytes = 4_096
    }

    /// The cost in commands of one that makes the notifier check a token.
    static let tokenCost = 10

    enum Phase {
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

    struct Stream {
        let epoch: String
        var offset: Int64
    }

    let edge: Edge
    let loop: LoopState
    let loopIndex: Int
    var context: ChannelHandlerContext?
    var phase = Phase.opened {
        didSet {
            if phase == .connected || phase == .closed { pending = nil }
            if phase == .closed { place = nil }
        }
    }
    var streams: [String: Stream] = [:]
    var session: SessionID?
    var user = ""
    var backlog = CircularBuffer<ArraySlice<UInt8>>()
    var isReadWanted = false
    var commands: Allowance
    private var reader: WebSocketReader
    private var frames: Allowance
    private var bytes: Allowance
    /// Tells whether the rest of the input is unreadable.
    private var isBroken = false
    private var discarded = 0
    private let memory: FairBudget.Lease
    /// Held until the client has authenticated or the connection is closed.
    private var pending: FairBudget.Lease?
    /// Held from then on; counts toward the limit on the person's connections.
    private var place: FairBudget.Lease?

    /// When the present phase has lasted too long.
    var deadline: NIODeadline
    var nextPing = NIODeadline.distantFuture
    var pongDeadline: NIODeadline?
    var expiry = NIODeadline.distantFuture

    /// - Parameters:
    ///   - edge: State shared by all connections.
    ///   - loop: State shared by the connections of this event loop.
    ///   - source: The source whose memory share holds the client's input.
    ///   - pending: Its place among the connections without a token so far.
    init(edge: Edge, loop: LoopState, source: RateKey, pending: FairBudget.Lease) {
        self.edge = edge
        self.loop = loop
        self.pending = pending
        loopIndex = loop.index
        let limits = edge.limits.live
        deadline = .now() + limits.authenticationTimeout
        reader = WebSocketReader(maximumSize: limits.messageBytes)
        frames = Allowance(perSecond: limits.framesPerSecond, burst: limits.frameBurst)
        commands = Allowance(perSecond: limits.commandsPerSecond, burst: limits.commandBurst)
        bytes = Allowance(perSecond: limits.bytesPerSecond, burst: limits.byteBurst)
        memory = FairBudget.Lease(of: edge.bodies, for: source)
    }

    /// Counts this connection toward the limit on a person's connections.
    ///
    /// - Returns: `false` if the limit is reached.
    func takePlace(of person: String) -> Bool {
        let place = FairBudget.Lease(of: edge.admittedLive, for: RateKey(livePerson: person))
        guard place.hold(1) else { return false }
        self.place = place
        return true
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

    func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let received = unwrapInboundIn(data)
        if phase == .closing {
            discarded += received.readableBytes
            guard discarded <= edge.limits.live.discardedBytes else { return close() }
        } else if !bytes.take(received.readableBytes, now: .now()) {
            disconnect(.tooManyRequests)
        }
        guard !isBroken, phase != .closed else { return }
        reader.receive(received)
        readFrames()
        context.flush()
    }

    private func readFrames() {
        do throws(WebSocketReader.Fault) {
            while phase != .closed, let event = try reader.next() { take(event) }
        } catch {
            isBroken = true
            closeWebSocket(.init(codeNumber: Int(error.rawValue)), "")
        }
        let held = reader.heldBytes
        guard memory.hold(held > edge.limits.live.countedBytes ? held : 0) else { return disconnect(.tooManyRequests) }
    }

    private func take(_ event: WebSocketReader.Event) {
        if case .close(let code) = event {
            closeWebSocket(code.map { .init(codeNumber: Int($0)) } ?? .normalClosure, "")
            return close()
        }
        guard phase != .closing else { return }
        guard frames.take(1, now: .now()) else { return disconnect(.tooManyRequests) }
        switch event {
        case .text(let text): receive(text)
        case .ping(let data): write(WebSocketFrame(fin: true, opcode: .pong, data: ByteBuffer(bytes: data)))
        case .binary: disconnect(.badRequest)
        case .fragment, .pong, .close: break
        }
    }

    func close() {
        phase = .closed
        context?.close(promise: nil)
    }

    // MARK: Sending

    private func write(_ frame: WebSocketFrame) { context?.write(wrapOutboundOut(frame), promise: nil) }

    func send(_ message: [UInt8]) { send(ByteBuffer(bytes: message)) }

    func send(_ message: ByteBuffer) { write(WebSocketFrame(fin: true, opcode: .text, data: message)) }

    /// Ends the connection with a code that tells the client whether to come again.
    func disconnect(_ reason: Disconnect) { closeWebSocket(.unknown(reason.rawValue), reason.reason) }

    private func closeWebSocket(_ code: WebSocketErrorCode, _ reason: String) {
        guard let context, phase != .closing, phase != .closed else { return }
        phase = .closing
        deadline = .now() + Timing.close
        backlog.removeAll()
        leaveChannels()
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: code)
        data.writeString(reason)
        write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
        context.flush()
        readOn()  // for the client's own close frame, and so that unread bytes do not take ours away
    }

    /// Resumes reading if it was paused.
    func readOn() {
        guard isReadWanted else { return }
        isReadWanted = false
        context?.read()
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

    // MARK: Time

    func sweep(now: NIODeadline) {
        if now >= deadline {
            switch phase {
            case .opened, .calling: return disconnect(.stale)
            case .refused, .closing: return close()
            case .connected, .closed: break
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
