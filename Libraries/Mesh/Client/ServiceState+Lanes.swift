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
            return endpoints[endpoint].lanes[index].isPinged ? [] : [greet(endpoint, index, now: now)]
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
            guard case .call(let attempt) = slot.occupant, let partial = slot.partial, partial.isUnasked else {
                continue
            }
            state.setUnasked(position, false)
            actions.append(
                .transmit(attempt.call, state.lane, slot.ticket, instance: state.instance, pull: partial.next)
            )
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
        case .call(let attempt) where attempt.hasBegun:
            endpoints[endpoint].lanes[index].setUnasked(slot, true)
        case .call(let attempt):
            endpoints[endpoint].lanes[index].release(slot)
            if !hasTwin(attempt) { requeue(attempt) }
        case .abandoned, .ping, .free:
            endpoints[endpoint].lanes[index].release(slot)
        }
        guard isConnected else { return lost(endpoint, index, now: now) }
        if endpoints[endpoint].lanes[index].phase == .ready { endpoints[endpoint].lanes[index].isBlocked = true }
        return [.awaitWritable(lane)] + drainQueues(now: now)
    }

    /// The connection is gone, and what was in flight on it with it.
    mutating func lost(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        let actions = failAll(endpoint, index, now: now)
        endpoints[endpoint].lanes[index].phase = .connecting
        endpoints[endpoint].lanes[index].connectingSince = now
        return actions + [.awaitWritable(endpoints[endpoint].lanes[index].lane)] + drainQueues(now: now)
    }

    /// Empties a lane whose connection is gone; what was on it is tried again where it may be.
    mutating func failAll(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        for attempt in endpoints[endpoint].lanes[index].clear() {
            statistics.lost += 1
            if hasTwin(attempt) || retry(attempt, at: endpoint, mayHaveExecuted: true, now: now) { continue }
            actions.append(.finish(attempt.call, .failure(.unavailable(service: name, mayHaveExecuted: true))))
        }
        return actions
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
        endpoints[endpoint].isSuspect = false
        guard let slot = endpoints[endpoint].lanes[index].slotIndex(of: correlation) else { return [] }
        let actions: [Action]
        switch endpoints[endpoint].lanes[index].slots[slot].occupant {
        case .call(let attempt):
            actions = answered(attempt, reply, endpoint, index, slot, now: now)
        case .ping:
            endpoints[endpoint].lanes[index].release(slot)
            actions = greeted(endpoint, index, by: reply)
        case .abandoned, .free:
            endpoints[endpoint].lanes[index].release(slot)
            actions = []
        }
        return actions + drainQueues(now: now)
    }

    /// A reply to a call, which says something about the replica, and may be worth another try elsewhere.
    private mutating func answered(
        _ attempt: Attempt,
        _ reply: ReplyEnvelope,
        _ endpoint: Int,
        _ index: Int,
        _ slot: Int,
        now: ContinuousClock.Instant
    ) -> [Action] {
        guard !attempt.hasBegun, let outcome = reply.outcome else {
            return settle(attempt, reply, endpoint, index, slot, now: now)
        }
        let since = endpoints[endpoint].lanes[index].slots[slot].since
        let actions = learn(outcome, attempt, at: endpoint, since: since, now: now)
        if reply.isWorthAnotherTry {
            endpoints[endpoint].lanes[index].release(slot)
            let mayHaveExecuted = reply.refusal == nil
            if hasTwin(attempt)
                || retry(attempt, at: endpoint, mayHaveExecuted: mayHaveExecuted, elsewhere: true, now: now)
            {
                return actions
            }
            let error = MeshError.overloaded(service: name)
            let result: Result<MeshReply, MeshError>? =
                reply.refusal == nil ? (try? reply.reply(body: reply.body)).map { .success($0) } : nil
            return actions + [.finish(attempt.call, result ?? .failure(error))]
        }
        let settled = settle(attempt, reply, endpoint, index, slot, now: now)
        guard attempt.isHedged else { return actions + settled }
        if attempt.isHedge { statistics.hedgesWon += 1 }
        return actions + settled + abandonTwin(of: attempt, lane: endpoints[endpoint].lanes[index].lane)
    }

    /// The other try of a call that has its answer is of no use any more.
    private mutating func abandonTwin(of attempt: Attempt, lane: Lane) -> [Action] {
        _ = waiting.removeAll { $0.call === attempt.call }
        var actions: [Action] = []
        for endpoint in endpoints.indices {
            for index in endpoints[endpoint].lanes.indices where endpoints[endpoint].lanes[index].lane !== lane {
                let state = endpoints[endpoint].lanes[index]
                guard let slot = state.slotIndex(of: attempt.call) else { continue }
                actions.append(.cancel(state.lane, state.slots[slot].ticket, instance: state.instance))
                state.abandon(slot)
            }
        }
        return actions
    }

    /// A ping was answered.
    private mutating func greeted(_ endpoint: Int, _ index: Int, by reply: ReplyEnvelope) -> [Action] {
        var actions: [Action] = []
        if endpoints[endpoint].isKnownSilent {
            actions = [.warn("A peer answers again", address: endpoints[endpoint].address)]
            endpoints[endpoint].isKnownSilent = false
            endpoints[endpoint].silencePause = limits.breakerPause
        }
        guard endpoints[endpoint].lanes[index].phase == .greeting else { return actions }
        guard reply.refusal == nil || reply.refusal == .draining, reply.instance != 0 else {
            // The lane stays in its phase, and is not used, until another process is at its end.
            let address = endpoints[endpoint].address
            return actions + [.warn("The peer at this address is not the service it should be", address: address)]
        }
        endpoints[endpoint].lanes[index].phase = .ready
        if endpoints[endpoint].instance != reply.instance { endpoints[endpoint].forget() }
        endpoints[endpoint].instance = reply.instance
        endpoints[endpoint].lanes[index].instance = reply.instance
        if endpoints[endpoint].standing != .leaving {
            endpoints[endpoint].standing = reply.refusal == .draining ? .draining : .active
        }
        return actions
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
        switch Self.assemble(endpoints[endpoint].lanes[index].slots[slot].partial, reply, limit: limits.maxReplyBytes) {
        case .whole(let envelope, let body):
            endpoints[endpoint].lanes[index].release(slot)
            estimates.learn(attempt.call.request.operation, replyBytes: body.count)
            guard let reply = try? envelope.reply(body: body) else {  // malformed is all that it can be
                return [.finish(attempt.call, .failure(.invalidPeer(service: name)))]
            }
            return [.finish(attempt.call, .success(reply))]
        case .partial(let partial):
            var attempt = attempt
            attempt.hasBegun = true
            let state = endpoints[endpoint].lanes[index]
            let ticket = state.renew(slot, attempt, partial, now: now)
            return [.transmit(attempt.call, state.lane, ticket, instance: state.instance, pull: partial.next)]
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
        var actions: [Action] = []
        if refusal == .draining, endpoints[endpoint].standing == .active { endpoints[endpoint].standing = .draining }
        let state = endpoints[endpoint].lanes[index]
        if refusal == .wrongInstance, state.phase == .ready, state.instance != instance {
            actions = [greet(endpoint, index, now: now)]
        }
        if hasTwin(attempt) { return actions }
        // What this instance sent away, another may have executed before.
        let mayHaveExecuted = attempt.mayHaveExecuted || attempt.hasBegun
        let error: MeshError
        switch refusal {
        case .overloaded where !mayHaveExecuted: error = .overloaded(service: name)
        case .expired: error = .deadlineExceeded(service: name, mayHaveExecuted: mayHaveExecuted)
        case .timedOut: error = .deadlineExceeded(service: name, mayHaveExecuted: true)
        case .unidentified: error = .unidentified(service: name)
        case .wrongService, .unknown: error = .invalidPeer(service: name)
        case .wrongInstance, .draining, .overloaded:
            error = .unavailable(service: name, mayHaveExecuted: mayHaveExecuted)
        }
        guard refusal == .wrongInstance || refusal == .draining else {
            return actions + [.finish(attempt.call, .failure(error))]
        }
        if attempt.hasBegun || attempt.refusals >= 3 {
            let isTriedAgain = retry(attempt, at: endpoint, mayHaveExecuted: mayHaveExecuted, now: now)
            return isTriedAgain ? actions : actions + [.finish(attempt.call, .failure(error))]
        }
        var attempt = attempt
        attempt.refusals += 1
        requeue(attempt)
        return actions
    }
}

extension ReplyEnvelope {
    /// What a first reply says about the replica; `nil` for what only sends the caller elsewhere.
    fileprivate var outcome: ServiceState.Outcome? {
        switch refusal {
        case .overloaded: .overloaded
        case .timedOut: .timedOut
        case .wrongInstance, .wrongService, .draining, .expired, .unidentified, .unknown: nil
        case nil: status == 429 || status == 503 ? .overloaded : status >= 500 && status != 501 ? .broken : .answered
        }
    }

    /// Too much at once, or nothing there that it needs: another replica may be better off.
    fileprivate var isWorthAnotherTry: Bool { refusal == .overloaded || refusal == nil && status == 503 && held == 0 }
}
