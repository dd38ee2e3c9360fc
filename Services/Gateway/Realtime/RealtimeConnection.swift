import Contracts
import NIOCore
import NIOWebSocket
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
        static let following: TimeAmount = .seconds(5)
        static let expiryGrace: TimeAmount = .seconds(25)
        static let close: TimeAmount = .seconds(5)
    }

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
    var phase = Phase.opened
    var streams: [String: Stream] = [:]
    var session: SessionID?
    var user = ""
    var backlog = CircularBuffer<ArraySlice<UInt8>>()
    var isReadWanted = false

    /// When the present phase has lasted too long.
    var deadline = NIODeadline.now() + Timing.connect
    var nextPing = NIODeadline.distantFuture
    var pongDeadline: NIODeadline?
    var expiry = NIODeadline.distantFuture

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
