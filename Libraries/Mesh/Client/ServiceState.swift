/// All that a client knows of one service: its replicas, their lanes, and the requests under way.
///
/// A state machine without I/O: every method returns what is to be done once the lock around it is released.
struct ServiceState {
    /// What is to be done.
    enum Action {
        /// Send a call's request, or with a partial reply the request for its next piece.
        case transmit(Attempt, Lane, LaneState.Slot, instance: UInt64)
        /// Ask a lane which instance it reaches, and whether it lives.
        case ping(Lane, LaneState.Slot, instance: UInt64)
        case openLane(endpointID: Int, address: String)
        /// Report as soon as the lane is connected or has room again.
        case awaitWritable(Lane)
        case closeLane(Lane)
        case finish(Call, Result<MeshReply, MeshError>?)
        /// Something an operator should know.
        case warn(String, address: String)
    }

    let name: String
    let limits: MeshLimits
    var endpoints: [Endpoint] = []
    var waiting = FIFO<Attempt>()
    /// Calls meant for one replica; apart, so that they never hold up the others.
    var waitingForTarget: [Attempt] = []
    var estimates = CreditEstimates()
    /// Whether new calls are taken in.
    var isAdmitting = true
    private(set) var isClosed = false
    var lastActivity: ContinuousClock.Instant
    private var turn = 0
    private var lastEndpointID = 0

    init(name: String, limits: MeshLimits, now: ContinuousClock.Instant) {
        self.name = name
        self.limits = limits
        lastActivity = now
    }

    /// Nothing in flight and nothing waiting.
    var isIdle: Bool {
        waiting.isEmpty && waitingForTarget.isEmpty && endpoints.allSatisfy { $0.outstanding == 0 }
    }

    /// Ends everything at once.
    mutating func close() -> [Action] {
        isAdmitting = false
        isClosed = true
        var actions: [Action] = []
        for attempt in waiting.removeAll(where: { _ in true }) + waitingForTarget {
            actions.append(.finish(attempt.call, .failure(.closed)))
        }
        waitingForTarget = []
        for endpoint in endpoints.indices {
            for lane in endpoints[endpoint].lanes.indices {
                actions += failed(endpoints[endpoint].lanes[lane].clear())
                actions.append(.closeLane(endpoints[endpoint].lanes[lane].lane))
            }
        }
        endpoints = []
        return actions
    }

    // MARK: Replicas

    /// Takes over which addresses the service has now.
    mutating func update(addresses: [String], now: ContinuousClock.Instant) -> [Action] {
        for index in endpoints.indices {
            let isStillThere = addresses.contains(endpoints[index].address)
            if !isStillThere {
                endpoints[index].standing = .leaving
            } else if endpoints[index].standing == .leaving {
                endpoints[index].standing = .active
            }
        }
        for address in addresses where !endpoints.contains(where: { $0.address == address }) {
            lastEndpointID += 1
            endpoints.append(Endpoint(id: lastEndpointID, address: address))
        }
        return openMissingLanes(now: now)
    }

    /// Gives every endpoint its first lane.
    mutating func openMissingLanes(now: ContinuousClock.Instant) -> [Action] {
        guard !isClosed else { return [] }
        return endpoints.indices.compactMap { index in
            if let nextLaneAt = endpoints[index].nextLaneAt, nextLaneAt <= now { endpoints[index].nextLaneAt = nil }
            guard endpoints[index].lanes.isEmpty, endpoints[index].standing != .leaving,
                endpoints[index].nextLaneAt == nil
            else { return nil }
            return openLane(index, now: now)
        }
    }

    mutating func openLane(_ index: Int, now: ContinuousClock.Instant) -> Action {
        // Until the lane is added, or its opening is known to have failed; a second later is the time to try again.
        endpoints[index].nextLaneAt = now + .seconds(1)
        return .openLane(endpointID: endpoints[index].id, address: endpoints[index].address)
    }

    mutating func add(_ lane: Lane, now: ContinuousClock.Instant) -> [Action] {
        guard let index = endpoints.firstIndex(where: { $0.id == lane.endpointID }), !isClosed else {
            return [.closeLane(lane)]
        }
        endpoints[index].nextLaneAt = nil
        endpoints[index].lanes.append(LaneState(lane: lane, now: now))
        return [.awaitWritable(lane)]
    }

    func indices(of lane: Lane) -> (endpoint: Int, lane: Int)? {
        for endpoint in endpoints.indices where endpoints[endpoint].id == lane.endpointID {
            for index in endpoints[endpoint].lanes.indices where endpoints[endpoint].lanes[index].lane === lane {
                return (endpoint, index)
            }
        }
        return nil
    }

    // MARK: Requests

    /// Takes a call in: onto a lane, into the queue, or not at all.
    mutating func admit(_ call: Call, now: ContinuousClock.Instant) -> [Action] {
        if call.wasCancelled { return [.finish(call, nil)] }
        guard isAdmitting else { return [.finish(call, .failure(.closed))] }
        guard call.request.body.count <= limits.maxBodyBytes else {
            return [.finish(call, .failure(.tooLarge(service: name)))]
        }
        guard call.request.deadline > now else {
            return [.finish(call, .failure(.deadlineExceeded(service: name, mayHaveExecuted: false)))]
        }
        lastActivity = now
        let attempt = Attempt(call: call)
        if waiting.isEmpty || call.target != nil, let action = place(attempt, now: now) { return [action] }
        guard waiting.count + waitingForTarget.count < limits.waitingRequests else {
            return [.finish(call, .failure(.overloaded(service: name)))]
        }
        if call.target == nil { waiting.append(attempt) } else { waitingForTarget.append(attempt) }
        return expand(now: now)
    }

    /// Puts a call onto the least loaded replica that has room.
    private mutating func place(_ attempt: Attempt, now: ContinuousClock.Instant) -> Action? {
        guard let (endpoint, lane) = choose(for: attempt.call) else { return nil }
        let credit = estimates.credit(for: attempt.call.request.operation)
        guard let slot = endpoints[endpoint].lanes[lane].place(attempt, wanting: credit, now: now) else { return nil }
        let instance = endpoints[endpoint].lanes[lane].instance
        return .transmit(attempt, endpoints[endpoint].lanes[lane].lane, slot, instance: instance)
    }

    /// The least outstanding requests win, and equals take turns.
    private mutating func choose(for call: Call) -> (endpoint: Int, lane: Int)? {
        var best: (endpoint: Int, lane: Int, outstanding: Int)?
        turn = turn &+ 1
        for step in endpoints.indices {
            let index = (step + turn) % endpoints.count
            let isWanted = call.target.map { $0 == endpoints[index].address } ?? true
            guard isWanted, endpoints[index].standing == .active else { continue }
            let outstanding = endpoints[index].outstanding
            guard outstanding < best?.outstanding ?? .max, let lane = endpoints[index].laneWithRoom() else { continue }
            best = (index, lane, outstanding)
        }
        return best.map { ($0.endpoint, $0.lane) }
    }

    /// Opens one more lane where it helps most.
    private mutating func expand(now: ContinuousClock.Instant) -> [Action] {
        let candidates = endpoints.indices.filter { endpoints[$0].wantsLane(limit: limits.lanesPerEndpoint) }
        guard let index = candidates.min(by: { endpoints[$0].outstanding < endpoints[$1].outstanding }) else {
            return []
        }
        return [openLane(index, now: now)]
    }

    /// Sends what waits, as far as there is room.
    mutating func drainQueues(now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        while let attempt = waiting.first, let action = place(attempt, now: now) {
            waiting.removeFirst()
            actions.append(action)
        }
        if !waitingForTarget.isEmpty {
            var remaining: [Attempt] = []
            for attempt in waitingForTarget {
                if let action = place(attempt, now: now) { actions.append(action) } else { remaining.append(attempt) }
            }
            waitingForTarget = remaining
        }
        if !waiting.isEmpty { actions += expand(now: now) }
        return actions
    }

    /// Puts a call back to the front of the queue; it has not been executed.
    mutating func requeue(_ attempt: Attempt) {
        if attempt.call.target == nil { waiting.prepend(attempt) } else { waitingForTarget.insert(attempt, at: 0) }
    }

    /// Gives a call up because its caller did.
    mutating func cancel(_ call: Call) -> [Action] {
        call.cancel()
        var removed = waiting.removeAll { $0.call === call }
        removed += waitingForTarget.filter { $0.call === call }
        waitingForTarget.removeAll { $0.call === call }
        guard removed.isEmpty else { return [.finish(call, nil)] }
        for endpoint in endpoints.indices {
            for lane in endpoints[endpoint].lanes.indices {
                let slots = endpoints[endpoint].lanes[lane].slots
                guard let index = slots.firstIndex(where: { $0.occupant.holds(call) }) else { continue }
                endpoints[endpoint].lanes[lane].abandon(index)
                return [.finish(call, nil)]
            }
        }
        return []
    }
}

extension LaneState.Occupant {
    fileprivate func holds(_ call: Call) -> Bool {
        if case .call(let attempt) = self { attempt.call === call } else { false }
    }
}
