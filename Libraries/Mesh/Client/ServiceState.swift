/// All that a client knows of one service: its replicas, their lanes, and the requests under way.
///
/// A state machine without I/O: every method returns what is to be done once the lock around it is released.
struct ServiceState {
    /// What is to be done.
    enum Action {
        /// Send a call's request, or the request for the next piece of its reply.
        case transmit(Call, Lane, LaneState.Ticket, instance: UInt64, pull: Pull? = nil)
        /// Ask a lane which instance it reaches, and whether it lives.
        case ping(Lane, LaneState.Ticket, instance: UInt64)
        /// Tell a replica that nobody waits any more for its reply in this slot.
        case cancel(Lane, LaneState.Ticket, instance: UInt64)
        case openLane(endpointID: Int, address: String)
        /// Report as soon as the lane is connected or has room again.
        case awaitWritable(Lane)
        case closeLane(Lane)
        case finish(Call, Result<MeshReply, MeshError>?)
        /// Something an operator should know.
        case warn(String, address: String, operation: String? = nil)
    }

    let name: String
    let limits: MeshLimits
    var endpoints: [Endpoint] = []
    var waiting = WaitingCalls()
    var operations: OperationTable
    var budget: RetryBudget
    var statistics = MeshClientStatistics()
    var random: SplitMix64
    var estimates = CreditEstimates()
    /// Whether new calls are taken in.
    var isAdmitting = true
    private(set) var isClosed = false
    var lastActivity: ContinuousClock.Instant
    var turn = 0
    private var lastEndpointID = 0

    /// Makes the state of a service without replicas.
    ///
    /// - Parameters:
    ///   - name: The service's.
    ///   - limits: The bounds of everything.
    ///   - now: The time.
    ///   - seed: Decides every choice that is left to chance.
    init(name: String, limits: MeshLimits, now: ContinuousClock.Instant, seed: UInt64) {
        self.name = name
        self.limits = limits
        operations = OperationTable()
        budget = RetryBudget(share: limits.retryShare, perSecond: limits.retriesPerSecond, now: now)
        random = SplitMix64(seed: seed)
        lastActivity = now
    }

    /// Nothing in flight and nothing waiting.
    var isIdle: Bool {
        waiting.isEmpty && endpoints.allSatisfy { $0.outstanding == 0 }
    }

    /// Ends everything at once.
    mutating func close() -> [Action] {
        isAdmitting = false
        isClosed = true
        var actions: [Action] = []
        let lost = Result<MeshReply, MeshError>.failure(.unavailable(service: name, mayHaveExecuted: true))
        for attempt in waiting.removeAll(where: { _ in true }) {
            actions.append(.finish(attempt.call, .failure(.closed)))
        }
        for endpoint in endpoints.indices {
            for lane in endpoints[endpoint].lanes.indices {
                for attempt in endpoints[endpoint].lanes[lane].clear() { actions.append(.finish(attempt.call, lost)) }
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
        statistics.calls += 1
        budget.deposit()
        let attempt = Attempt(call, operation: operations.index(of: call.request.operation))
        return submit(attempt, now: now) ?? expand(now: now)
    }

    /// Puts an attempt where it belongs.
    ///
    /// - Returns: `nil` when it waits for a lane with room.
    mutating func submit(_ attempt: Attempt, now: ContinuousClock.Instant) -> [Action]? {
        let isTargeted = attempt.call.target != nil
        if isTargeted || waiting.queue.isEmpty, let actions = settle(place(attempt, now: now), attempt) {
            return actions
        }
        guard waiting.count < limits.waitingRequests else { return [refuse(attempt, .overloaded(service: name))] }
        if isTargeted { waiting.targeted.append(attempt) } else { waiting.queue.append(attempt) }
        return nil
    }

    /// What follows from an attempt's placing; `nil` while it waits for a lane with room.
    private mutating func settle(_ placing: Placing, _ attempt: Attempt) -> [Action]? {
        switch placing {
        case .sent(let action): [action]
        case .refused(let error): [refuse(attempt, error)]
        case .parked: park(attempt)
        case .waiting: nil
        }
    }

    /// Ends a call that no replica is asked for.
    mutating func refuse(_ attempt: Attempt, _ error: MeshError) -> Action {
        switch error {
        case .overloaded: statistics.overloads += 1
        case .suspended: statistics.suspended += 1
        default: break
        }
        guard attempt.mayHaveExecuted else { return .finish(attempt.call, .failure(error)) }
        return .finish(attempt.call, .failure(.unavailable(service: name, mayHaveExecuted: true)))
    }

    /// Keeps a call until others of its operation have ended; one operation may take half of all that may wait.
    private mutating func park(_ attempt: Attempt) -> [Action] {
        var queue = waiting.parked[attempt.operation] ?? FIFO()
        guard queue.count < limits.waitingRequests / 2, waiting.count < limits.waitingRequests else {
            return [refuse(attempt, .overloaded(service: name))]
        }
        queue.append(attempt)
        waiting.parked[attempt.operation] = queue
        return []
    }

    /// Opens one more lane where it helps most.
    mutating func expand(now: ContinuousClock.Instant) -> [Action] {
        let candidates = endpoints.indices.filter { endpoints[$0].wantsLane(limit: limits.lanesPerEndpoint) }
        guard let index = candidates.min(by: { endpoints[$0].outstanding < endpoints[$1].outstanding }) else {
            return []
        }
        return [openLane(index, now: now)]
    }

    /// Sends what waits, as far as there is room.
    mutating func drainQueues(now: ContinuousClock.Instant) -> [Action] {
        if waiting.isEmpty { return [] }
        var actions: [Action] = []
        for operation in Array(waiting.parked.keys) { actions += drainParked(operation, now: now) }
        while let attempt = waiting.queue.first, let placed = settle(place(attempt, now: now), attempt) {
            waiting.queue.removeFirst()
            actions += placed
        }
        if !waiting.targeted.isEmpty {
            var remaining: [Attempt] = []
            for attempt in waiting.targeted {
                if let placed = settle(place(attempt, now: now), attempt) {
                    actions += placed
                } else {
                    remaining.append(attempt)
                }
            }
            waiting.targeted = remaining
        }
        if !waiting.queue.isEmpty { actions += expand(now: now) }
        return actions
    }

    private mutating func drainParked(_ operation: Int, now: ContinuousClock.Instant) -> [Action] {
        guard var queue = waiting.parked.removeValue(forKey: operation) else { return [] }
        var actions: [Action] = []
        loop: while let attempt = queue.first {
            switch place(attempt, now: now) {
            case .sent(let action): actions.append(action)
            case .refused(let error): actions.append(refuse(attempt, error))
            case .parked, .waiting: break loop
            }
            queue.removeFirst()
        }
        if !queue.isEmpty { waiting.parked[operation] = queue }
        return actions
    }

    /// Puts a call back to the front of the queue; it has not been executed.
    mutating func requeue(_ attempt: Attempt) {
        if attempt.call.target == nil {
            waiting.queue.prepend(attempt)
        } else {
            waiting.targeted.insert(attempt, at: 0)
        }
    }

    /// Gives a call up because its caller did.
    mutating func cancel(_ call: Call) -> [Action] {
        call.cancel()
        let wasWaiting = !waiting.removeAll { $0.call === call }.isEmpty
        let abandoned = abandon(call)
        return wasWaiting || !abandoned.isEmpty ? abandoned + [.finish(call, nil)] : []
    }

    /// Lets go of all tries of a call that are in flight, and tells the replicas.
    mutating func abandon(_ call: Call) -> [Action] {
        var actions: [Action] = []
        for endpoint in endpoints.indices {
            for lane in endpoints[endpoint].lanes.indices {
                let state = endpoints[endpoint].lanes[lane]
                guard let index = state.slotIndex(of: call) else { continue }
                actions.append(.cancel(state.lane, state.slots[index].ticket, instance: state.instance))
                endpoints[endpoint].lanes[lane].abandon(index)
            }
        }
        return actions
    }
}
