/// Which replica gets a request.
extension ServiceState {
    enum Placing {
        case sent(Action)
        /// No replica is ready, or none has room.
        case waiting
        /// As many calls of the operation are in flight as may be.
        case parked
        case refused(MeshError)
    }

    private enum Choice {
        case lane(endpoint: Int, lane: Int)
        case waiting, parked, suspended
    }

    /// Puts a call onto a lane of the best replica that has room.
    mutating func place(_ attempt: Attempt, now: ContinuousClock.Instant) -> Placing {
        let choice = if let target = attempt.call.target { choose(target) } else { choose(for: attempt, now: now) }
        return switch choice {
        case .lane(let endpoint, let lane): send(attempt, endpoint, lane, now: now).map(Placing.sent) ?? .waiting
        case .waiting: .waiting
        case .parked: .parked
        case .suspended: .refused(.suspended(service: name, operation: attempt.call.request.operation))
        }
    }

    private mutating func send(
        _ attempt: Attempt,
        _ endpoint: Int,
        _ lane: Int,
        now: ContinuousClock.Instant
    ) -> Action? {
        let credit = estimates.credit(for: attempt.call.request.operation)
        let state = endpoints[endpoint].lanes[lane]
        guard let ticket = state.place(attempt, wanting: credit, now: now) else { return nil }
        endpoints[endpoint].pass(attempt.operation, now: now)
        return .transmit(attempt.call, state.lane, ticket, instance: state.instance)
    }

    private func choose(_ address: String) -> Choice {
        for index in endpoints.indices where endpoints[index].address == address {
            guard endpoints[index].standing == .active, let lane = endpoints[index].laneWithRoom() else { break }
            return .lane(endpoint: index, lane: lane)
        }
        return .waiting
    }

    /// Good replicas first; if none of them is ready, then the others, because a bad answer is better than none.
    private mutating func choose(for attempt: Attempt, now: ContinuousClock.Instant) -> Choice {
        var isSuspended = false
        for round in (endpoints.count > 1 ? 1 : 2)...2 {
            switch choose(for: attempt, among: round == 1, now: now) {
            case nil: continue
            case .suspended: isSuspended = true
            case let choice?: return choice
            }
        }
        return isSuspended ? .suspended : .waiting
    }

    /// Two of those that have room at random, and the less loaded of them (Mitzenmacher, *The Power of Two Choices in
    /// Randomized Load Balancing*, 2001): as good as looking at all, and many clients do not run to the same one.
    ///
    /// - Returns: `nil` when no such replica is ready.
    private mutating func choose(
        for attempt: Attempt,
        among isGood: Bool,
        now: ContinuousClock.Instant
    ) -> Choice? {
        var (first, second): (Int?, Int?) = (nil, nil)
        var (eligible, ready, admitting, unparked) = (0, 0, 0, 0)
        for index in endpoints.indices {
            let endpoint = endpoints[index]
            guard endpoint.isReady, !isGood || isGoodChoice(endpoint, for: attempt, now: now) else { continue }
            ready += 1
            guard endpoint.admits(attempt.operation, now: now) else { continue }
            admitting += 1
            guard endpoint.outstanding(of: attempt.operation) < limits.callsPerOperation else { continue }
            unparked += 1
            guard let lane = endpoint.laneWithRoom() else { continue }
            if endpoint.wantsProbe(attempt.operation, now: now) { return .lane(endpoint: index, lane: lane) }
            eligible += 1
            // Every pair is equally likely (reservoir sampling).
            switch eligible {
            case 1: first = index
            case 2: second = index
            default:
                let place = Int.random(in: 0..<eligible, using: &random)
                if place == 0 { first = index } else if place == 1 { second = index }
            }
        }
        if let first {
            let best = better(first, second, now: now)
            return endpoints[best].laneWithRoom().map { .lane(endpoint: best, lane: $0) }
        }
        if ready == 0 { return nil }
        return admitting == 0 ? .suspended : unparked == 0 ? .parked : .waiting
    }

    /// Neither left alone, nor silent, nor the one that has just failed.
    private func isGoodChoice(_ endpoint: Endpoint, for attempt: Attempt, now: ContinuousClock.Instant) -> Bool {
        !endpoint.isSuspect && attempt.avoided != endpoint.id && endpoint.ejection.admits(now: now)
    }

    /// The one with less to do and quicker at it; equals take turns.
    private mutating func better(_ first: Int, _ second: Int?, now: ContinuousClock.Instant) -> Int {
        guard let second else { return first }
        turn = turn &+ 1
        let (one, other) = (load(of: first, now: now), load(of: second, now: now))
        return one == other ? (turn & 1 == 0 ? first : second) : one < other ? first : second
    }

    private func load(of index: Int, now: ContinuousClock.Instant) -> Double {
        endpoints[index].load.slowness(now: now) * Double(endpoints[index].outstanding + 1)
    }
}
