internal import Nanomsg

/// What happens because time passes.
extension ServiceState {
    /// The time after its deadline for which an abandoned reply keeps its slot before its lane is given up.
    private static let abandonedLimit: Duration = .seconds(30)
    /// How long a lane looks for its connection before another tries in its place: a network that swallowed the first packets
    /// is asked again ever more seldom by the same socket.
    private static let connectLimit: Duration = .seconds(5)
    /// The precision of retries and hedges.
    private static let preciseTick: Duration = .milliseconds(10)
    /// The time for which ticks go on after the last call.
    static let idleTicking: Duration = .seconds(1)
    /// The time for which a lane beyond an endpoint's first may be idle.
    private static let idleLimit: Duration = .seconds(30)

    /// Does what is due.
    mutating func tick(now: ContinuousClock.Instant) -> [Action] {
        var actions = expireWaiting(now: now)
        for endpoint in endpoints.indices {
            for state in endpoints[endpoint].lanes {
                // One may be given up together with another.
                guard let index = endpoints[endpoint].lanes.firstIndex(where: { $0 === state }) else { continue }
                actions += inspect(endpoint, index, now: now)
            }
        }
        actions += removeLeft()
        actions += hedge(now: now)
        for attempt in waiting.removeDue(now: now) { actions += submit(attempt, now: now) ?? expand(now: now) }
        return actions + openMissingLanes(now: now)
    }

    /// The time until `tick` has something to do; `nil` when nothing is expected.
    func nextTick(now: ContinuousClock.Instant) -> Duration? {
        if !waiting.delayed.isEmpty || mayHedge { return Self.preciseTick }
        // A moment longer than needed, so that a caller who asks again soon need not wake the loop.
        if !isIdle || now - lastActivity < Self.idleTicking { return MeshLimits.shortTick }
        let isUnsettled = endpoints.contains { endpoint in
            endpoint.standing == .leaving || endpoint.lanes.isEmpty || endpoint.lanes.contains { $0.phase != .ready }
        }
        if isUnsettled { return .milliseconds(500) }
        return endpoints.contains { $0.lanes.count > 1 } ? .seconds(10) : nil
    }

    private mutating func expireWaiting(now: ContinuousClock.Instant) -> [Action] {
        let isReady = endpoints.contains(where: \.isReady)
        let name = name
        let ready = Set(endpoints.filter(\.isReady).map(\.address))
        func error(_ attempt: Attempt) -> MeshError? {
            let mayHaveExecuted = attempt.mayHaveExecuted
            if attempt.call.request.deadline <= now {
                return .deadlineExceeded(service: name, mayHaveExecuted: mayHaveExecuted)
            }
            if attempt.call.target.map(ready.contains) ?? isReady { return nil }
            return attempt.patience <= now ? .unavailable(service: name, mayHaveExecuted: mayHaveExecuted) : nil
        }
        if waiting.isEmpty { return [] }
        return waiting.removeAll { error($0) != nil }.compactMap { attempt in
            error(attempt).map { .finish(attempt.call, .failure($0)) }
        }
    }

    private mutating func inspect(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        let state = endpoints[endpoint].lanes[index]
        if state.phase != .connecting, state.hasLostConnection {
            return lost(endpoint, index, now: now)
        }
        if state.isPinged, now - state.pingedSince > limits.pingTimeout {
            // A call would wait as long on any other connection that has been as silent.
            return giveUp(endpoint, "A peer does not answer", now: now) {
                $0 === state || $0.quietSince < state.pingedSince
            }
        }
        if state.slots.contains(where: { $0.isAbandoned(before: now - Self.abandonedLimit) }) {
            return giveUp(endpoint, "A peer leaves requests unanswered", now: now) { $0 === state }
        }
        if state.phase == .connecting, now - state.connectingSince > Self.connectLimit {
            endpoints[endpoint].lanes.remove(at: index)  // if it was the only one, the next is opened in this very tick
            return [.closeLane(state.lane)]
        }
        if state.outstanding == 0, index > 0, now - state.lastHeard > Self.idleLimit, state.phase == .ready {
            endpoints[endpoint].lanes.remove(at: index)
            return [.closeLane(state.lane)]
        }
        var actions = expireCalls(endpoint, index, now: now)
        if state.phase == .ready, state.outstanding > 0, !state.isPinged, now - state.quietSince > limits.pingInterval {
            let slot = endpoints[endpoint].lanes[index].placePing(now: now)
            endpoints[endpoint].isSuspect = true
            actions.append(.ping(state.lane, slot, instance: state.instance))
        }
        return actions
    }

    private mutating func expireCalls(_ endpoint: Int, _ index: Int, now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        for (position, slot) in endpoints[endpoint].lanes[index].slots.enumerated() {
            guard case .call(let attempt) = slot.occupant, attempt.call.request.deadline <= now else { continue }
            endpoints[endpoint].lanes[index].abandon(position)
            actions += learn(.timedOut, attempt, at: endpoint, since: slot.since, now: now)
            let error = MeshError.deadlineExceeded(service: name, mayHaveExecuted: true)
            actions.append(.finish(attempt.call, .failure(error)))
        }
        return actions
    }

    /// Closes lanes whose peer is stopped, cut off or at fault; another is opened after a pause, and its greeting is the probe.
    private mutating func giveUp(
        _ endpoint: Int,
        _ reason: String,
        now: ContinuousClock.Instant,
        where isLost: (LaneState) -> Bool
    ) -> [Action] {
        var actions: [Action] = []
        for index in endpoints[endpoint].lanes.indices.reversed() where isLost(endpoints[endpoint].lanes[index]) {
            actions += failAll(endpoint, index, now: now)
            actions.append(.closeLane(endpoints[endpoint].lanes.remove(at: index).lane))
        }
        // The only replica there is, is looked for all the time; others can wait for theirs.
        let isOnly = !endpoints.contains(where: \.isReady)
        let pause = isOnly ? limits.breakerPause : endpoints[endpoint].silencePause
        endpoints[endpoint].nextLaneAt = now + pause
        endpoints[endpoint].silencePause = min(pause * 2, limits.longestBreakerPause)
        endpoints[endpoint].isSuspect = false
        if !isOnly { statistics.ejections += 1 }
        let isKnown = endpoints[endpoint].isKnownSilent
        if endpoints[endpoint].lanes.isEmpty { endpoints[endpoint].isKnownSilent = true }
        let warnings: [Action] = !isKnown ? [.warn(reason, address: endpoints[endpoint].address)] : []
        return warnings + actions + drainQueues(now: now)
    }

    /// Lets go of replicas that are no longer behind the service's name and have answered all they had.
    private mutating func removeLeft() -> [Action] {
        var actions: [Action] = []
        for endpoint in endpoints where endpoint.standing == .leaving && endpoint.outstanding == 0 {
            actions += endpoint.lanes.map { .closeLane($0.lane) }
        }
        endpoints.removeAll { $0.standing == .leaving && $0.outstanding == 0 }
        return actions
    }
}

extension LaneState {
    /// `true` if the connection that was greeted is no longer there; another may already have taken its place.
    fileprivate var hasLostConnection: Bool {
        lane.socket.connections == 0 || lane.socket.establishedConnections != connection
    }
}

extension LaneState.Slot {
    fileprivate func isAbandoned(before limit: ContinuousClock.Instant) -> Bool {
        if case .abandoned(let deadline) = occupant { deadline < limit } else { false }
    }
}
