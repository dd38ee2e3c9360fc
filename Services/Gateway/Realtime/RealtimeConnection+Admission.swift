import Contracts
import HTTPTypes
import Logging
import Mesh
import NIOCore
import NotifierContracts
import ServiceKit

/// What the notifier is asked: to admit a connection, and to let it go on with a new token.
extension RealtimeConnection {
    func connect(_ id: UInt32, _ parameters: JSONObject) {
        guard let text = parameters["token"]?.stringValue, !text.isEmpty else { return disconnect(.badRequest) }
        guard let token = Text<1, 8_192>(text) else { return disconnect(.invalidToken) }
        guard let positions = Self.positions(parameters["subs"]) else { return disconnect(.badRequest) }
        admit(id, token, positions, patience: .now() + Timing.following)
    }

    /// Asks the notifier, as soon as publications are followed: a gateway that has just started knows where they stand with
    /// the first sign of life of the notifier's.
    private func admit(
        _ id: UInt32,
        _ token: Text<1, 8_192>,
        _ positions: [String: StreamPosition],
        patience: NIODeadline
    ) {
        guard let admission = edge.realtime.beginAdmission() else {
            guard .now() < patience else { return refuse(id, .internalError) }
            phase = .calling
            let this = NIOLoopBound(self, eventLoop: loop.loop)
            loop.loop.scheduleTask(in: .milliseconds(50)) {
                guard this.value.phase == .calling else { return }
                this.value.admit(id, token, positions, patience: patience)
                this.value.work()
            }
            return
        }
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
        if hasSessionEnded { return disconnect(.invalidToken) }
        guard takePlace(of: user) else { return disconnect(.connectionLimit) }
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

    private var hasSessionEnded: Bool { session.map(edge.admission.authenticator.hasEnded) ?? false }

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

    func refresh(_ id: UInt32, _ parameters: JSONObject) {
        guard let text = parameters["token"]?.stringValue, !text.isEmpty else { return disconnect(.badRequest) }
        guard commands.take(Self.tokenCost, now: .now()) else { return disconnect(.tooManyRequests) }
        guard let token = Text<1, 8_192>(text) else { return disconnect(.invalidToken) }
        call(ConnectRealtime(token: token)) { this, result in
            guard this.phase == .calling else { return }
            this.phase = .connected
            switch result {
            case .success(let reply) where reply.userId == this.user:
                this.session = reply.sessionId
                if this.hasSessionEnded { return this.disconnect(.invalidToken) }
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
