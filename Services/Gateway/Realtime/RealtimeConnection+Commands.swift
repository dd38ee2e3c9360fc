import Contracts
import NIOCore

/// What clients ask once they are connected, and in which order.
extension RealtimeConnection {
    func receive(_ frame: [UInt8]) {
        var lines = frame.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Some clients also end the last message with a line feed; an empty frame has no such end.
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines { backlog.append(line) }
        work()
    }

    func work() {
        while !backlog.isEmpty {
            switch phase {
            case .calling: return
            case .closing, .closed: backlog.removeAll()
            case .opened, .connected, .refused: handle(backlog.removeFirst())
            }
        }
        context?.flush()
        if case .calling = phase { return }
        readOn()
    }

    private func handle(_ line: ArraySlice<UInt8>) {
        guard commands.take(1, now: .now()) else { return disconnect(.tooManyRequests) }
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
}
