/// What lanes report: connections, replies, and messages that could not be sent.
extension ServiceState {
    /// The lane is connected, or has room again; `connection` is its socket's count of connections.
    mutating func writable(_ lane: Lane, connection: UInt64, now: ContinuousClock.Instant) -> [Action] {
        guard let (endpoint, index) = indices(of: lane) else { return [] }
        switch endpoints[endpoint].lanes[index].phase {
        case .connecting:
            endpoints[endpoint].lanes[index].connection = connection
            return [greet(endpoint, index, now: now)]
        case .greeting:
            return []
        case .ready:
            endpoints[endpoint].lanes[index].isBlocked = false
            return askAgain(endpoint, index, now: now) + drainQueues(now: now)
        }
    }

    /// Asks which instance is there; nothing else is sent before the answer.
    private mutating func greet(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> Action {
        endpoints[endpoint].lanes[index].phase = .greeting
        lastActivity = now
        let slot = endpoints[endpoint].lanes[index].placePing(now: now)
        return .ping(endpoints[endpoint].lanes[index].lane, slot, instance: 0)
    }

    /// Repeats the requests for pieces that found no room.
    private mutating func askAgain(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        let state = endpoints[endpoint].lanes[index]
        for (position, slot) in state.slots.enumerated() {
            guard case .call(var attempt) = slot.occupant, attempt.partial?.isUnasked == true else { continue }
            attempt.partial?.isUnasked = false
            endpoints[endpoint].lanes[index].update(position, attempt)
            actions.append(.transmit(attempt, state.lane, slot, instance: state.instance))
        }
        return actions
    }

    /// A message could not be sent, and if the lane is connected, that was for lack of room.
    mutating func unsent(
        _ lane: Lane,
        correlation: UInt32,
        isConnected: Bool,
        now: ContinuousClock.Instant
    ) -> [Action] {
        guard let (endpoint, index) = indices(of: lane),
            let slot = endpoints[endpoint].lanes[index].slotIndex(of: correlation)
        else { return [] }
        switch endpoints[endpoint].lanes[index].slots[slot].occupant {
        case .call(var attempt) where attempt.partial != nil:
            attempt.partial?.isUnasked = true
            endpoints[endpoint].lanes[index].update(slot, attempt)
        case .call(let attempt):
            endpoints[endpoint].lanes[index].release(slot)
            requeue(attempt)
        case .abandoned, .ping, .free:
            endpoints[endpoint].lanes[index].release(slot)
        }
        guard isConnected else { return lost(endpoint, index, now: now) }
        // A greeting always finds room on a new connection; should it not, the time limit of greetings ends the lane.
        guard endpoints[endpoint].lanes[index].phase == .ready else { return [] }
        endpoints[endpoint].lanes[index].isBlocked = true
        return [.awaitWritable(lane)] + drainQueues(now: now)
    }

    /// The connection is gone, and what was in flight on it with it.
    mutating func lost(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        let actions = failAll(endpoint, index)
        endpoints[endpoint].lanes[index].phase = .connecting
        return actions + [.awaitWritable(endpoints[endpoint].lanes[index].lane)] + drainQueues(now: now)
    }

    func failed(_ attempts: [Attempt]) -> [Action] {
        attempts.map { .finish($0.call, .failure(.unavailable(service: name, mayHaveExecuted: true))) }
    }

    private mutating func failAll(_ endpoint: Int, _ index: Int) -> [Action] {
        failed(endpoints[endpoint].lanes[index].clear())
    }

    /// A reply has come, and its tag says that it answers the request of that number on that lane.
    mutating func receive(
        _ reply: ReplyEnvelope,

        on lane: Lane,
        correlation: UInt32,
        now: ContinuousClock.Instant
    ) -> [Action] {
        guard let (endpoint, index) = indices(of: lane) else { return [] }
        endpoints[endpoint].lanes[index].lastHeard = now
        guard let slot = endpoints[endpoint].lanes[index].slotIndex(of: correlation) else { return [] }
        let actions: [Action]
        switch endpoints[endpoint].lanes[index].slots[slot].occupant {
        case .call(let attempt):
            actions = settle(attempt, reply, endpoint, index, slot, now: now)
        case .ping:
            endpoints[endpoint].lanes[index].release(slot)
            actions = greeted(endpoint, index, by: reply)
        case .abandoned, .free:
            endpoints[endpoint].lanes[index].release(slot)
            actions = []
        }
        return actions + drainQueues(now: now)
    }

    /// A ping was answered.
    private mutating func greeted(_ endpoint: Int, _ index: Int, by reply: ReplyEnvelope) -> [Action] {
        guard endpoints[endpoint].lanes[index].phase == .greeting else { return [] }
        guard reply.refusal == nil || reply.refusal == .draining, reply.instance != 0 else {
            // The lane stays in its phase, and is not used, until another process is at its end.
            return [
                .warn("The peer at this address is not the service it should be", address: endpoints[endpoint].address)
            ]
        }
        endpoints[endpoint].isKnownSilent = false
        endpoints[endpoint].lanes[index].phase = .ready
        endpoints[endpoint].lanes[index].instance = reply.instance
        if endpoints[endpoint].standing != .leaving {
            endpoints[endpoint].standing = reply.refusal == .draining ? .draining : .active
        }
        return []
    }

    /// A call was answered, if only in part.
    private mutating func settle(
        _ attempt: Attempt,
        _ reply: ReplyEnvelope,
        _ endpoint: Int,
        _ index: Int,
        _ slot: Int,
        now: ContinuousClock.Instant
    ) -> [Action] {
        if let refusal = reply.refusal {
            endpoints[endpoint].lanes[index].release(slot)
            return refused(attempt, refusal, by: reply.instance, endpoint, index, now: now)
        }
        switch Self.assemble(attempt.partial, reply, limit: limits.maxReplyBytes) {
        case .whole(let envelope, let body):
            endpoints[endpoint].lanes[index].release(slot)
            estimates.learn(attempt.call.request.operation, replyBytes: body.count)
            guard let reply = try? envelope.reply(body: body) else {  // malformed is all that it can be
                return [.finish(attempt.call, .failure(.invalidPeer(service: name)))]
            }
            return [.finish(attempt.call, .success(reply))]
        case .partial(let partial):
            var attempt = attempt
            attempt.partial = partial
            let renewed = endpoints[endpoint].lanes[index].renew(slot, attempt, now: now)
            let state = endpoints[endpoint].lanes[index]
            return [.transmit(attempt, state.lane, renewed, instance: state.instance)]
        case .failure(let error):
            endpoints[endpoint].lanes[index].release(slot)
            return [.finish(attempt.call, .failure(error(name)))]
        }
    }

    private enum Assembly {
        case whole(ReplyEnvelope, body: [UInt8])
        case partial(PartialReply)
        case failure((String) -> MeshError)
    }

    /// Adds a piece to what has come of a reply.
    private static func assemble(_ partial: PartialReply?, _ reply: ReplyEnvelope, limit: Int) -> Assembly {
        guard var partial else {
            guard reply.held != 0 else { return .whole(reply, body: reply.body) }
            guard reply.totalBytes <= limit else { return .failure(MeshError.tooLarge) }
            guard reply.body.count < reply.totalBytes else { return .failure(MeshError.invalidPeer) }
            return .partial(PartialReply(reply))
        }
        // 410: the server no longer holds it, because it took longer than the deadline or it ran out of room.
        guard reply.status == 200, !reply.body.isEmpty else {
            return .failure { .unavailable(service: $0, mayHaveExecuted: true) }
        }
        partial.append(reply.body)
        guard partial.byteCount >= partial.envelope.totalBytes else { return .partial(partial) }
        guard partial.byteCount == partial.envelope.totalBytes else { return .failure(MeshError.invalidPeer) }
        return .whole(partial.envelope, body: partial.body)
    }

    /// An instance sent a call away.
    private mutating func refused(
        _ attempt: Attempt,
        _ refusal: ReplyEnvelope.Refusal,
        by instance: UInt64,
        _ endpoint: Int,
        _ index: Int,
        now: ContinuousClock.Instant
    ) -> [Action] {
        switch refusal {
        case .overloaded: return [.finish(attempt.call, .failure(.overloaded(service: name)))]
        case .expired:
            return [.finish(attempt.call, .failure(.deadlineExceeded(service: name, mayHaveExecuted: false)))]
        case .timedOut:
            return [.finish(attempt.call, .failure(.deadlineExceeded(service: name, mayHaveExecuted: true)))]
        case .wrongService, .unknown: return [.finish(attempt.call, .failure(.invalidPeer(service: name)))]
        case .wrongInstance, .draining: break
        }
        var actions: [Action] = []
        if refusal == .draining, endpoints[endpoint].standing == .active { endpoints[endpoint].standing = .draining }
        let state = endpoints[endpoint].lanes[index]
        if refusal == .wrongInstance, state.phase == .ready, state.instance != instance {
            actions = [greet(endpoint, index, now: now)]
        }
        // The rest of a reply is with the instance that began it, and only there.
        guard attempt.partial == nil, attempt.refusals < 3 else {
            let mayHaveExecuted = attempt.partial != nil
            let error = MeshError.unavailable(service: name, mayHaveExecuted: mayHaveExecuted)
            return actions + [.finish(attempt.call, .failure(error))]
        }
        var attempt = attempt
        attempt.refusals += 1
        requeue(attempt)
        return actions
    }
}
