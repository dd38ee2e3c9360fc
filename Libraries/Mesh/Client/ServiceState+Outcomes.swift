import Glibc

/// What is learned from how attempts end, and whether they are made again.
extension ServiceState {
    enum Outcome {
        case answered
        /// A timely reply that reports a failed handler, which a single request may have caused.
        case broken
        /// Overload or a missing dependency: a replica that can report it is healthy.
        case overloaded
        case timedOut
    }

    private var breakerRule: Breaker.Rule {
        Breaker.Rule(
            failures: limits.breakerFailures,
            pause: limits.breakerPause,
            longestPause: limits.longestBreakerPause
        )
    }

    private var ejectionRule: Breaker.Rule {
        Breaker.Rule(
            failures: limits.ejectionFailures,
            pause: limits.breakerPause,
            longestPause: limits.longestBreakerPause
        )
    }

    /// Takes in how an attempt ended that was in a slot since `since`.
    mutating func learn(
        _ outcome: Outcome,
        _ attempt: Attempt,
        at endpoint: Int,
        since: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) -> [Action] {
        let operation = attempt.operation
        let latency = since.duration(to: now)
        let usual = operations.latency(of: operation).usual
        switch outcome {
        case .answered:
            endpoints[endpoint].load.record(latency, usual: usual, now: now)
            operations.entries[operation].latency.record(latency)
        case .overloaded:
            endpoints[endpoint].load.recordFailure(now: now)
            statistics.overloads += 1
            return []
        case .broken:
            endpoints[endpoint].load.recordFailure(now: now)
            statistics.failures += 1
        case .timedOut:
            statistics.timeouts += 1
            // A caller with less time than the operation takes anyway says nothing about the replica.
            if let usual, latency < usual { return [] }
            endpoints[endpoint].load.recordFailure(now: now)
        }
        return judge(operation, at: endpoint, outcome, of: attempt.call.request, since: since, now: now)
    }

    /// Records an outcome with the breakers of the replica and of the operation there.
    ///
    /// Only timeouts suspend an operation: a handler that replies with an error runs and may serve other requests.
    private mutating func judge(
        _ operation: Int,
        at endpoint: Int,
        _ outcome: Outcome,
        of request: MeshRequest,
        since: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) -> [Action] {
        var actions: [Action] = []
        let address = endpoints[endpoint].address
        let isFailure = outcome != .answered
        let isLate = outcome == .timedOut
        let source = isFailure ? request.source : nil
        while isLate, endpoints[endpoint].breakers.count <= operation {
            endpoints[endpoint].breakers.append(Breaker())
        }
        if operation < endpoints[endpoint].breakers.count {
            let change = endpoints[endpoint].breakers[operation].record(
                isFailure: isLate,
                source: source,
                since: since,
                now: now,
                rule: breakerRule,
                random: &random
            )
            if case .opened = change { statistics.breakersOpened += 1 }
            let name = operations.entries[operation].name
            if let change {
                actions.append(.warn(Self.text(change, "An operation"), address: address, operation: name))
            }
        }
        let change = endpoints[endpoint].ejection.record(
            isFailure: isFailure,
            source: source,
            since: since,
            now: now,
            rule: ejectionRule,
            random: &random
        )
        // The only replica is asked in any case.
        if let change, endpoints.count > 1 {
            if case .opened = change { statistics.ejections += 1 }
            actions.append(.warn(Self.text(change, "A replica"), address: address))
        }
        return actions
    }

    private static func text(_ change: Breaker.Change, _ what: String) -> String {
        switch change {
        case .opened: "\(what) keeps failing and is left alone for a while"
        case .closed: "\(what) works again"
        }
    }

    // MARK: Again

    /// Plans another try of what has failed, if that is safe, in time and within the budget.
    ///
    /// - Parameters:
    ///   - attempt: What has failed; it is in no slot any more.
    ///   - endpoint: Where.
    ///   - mayHaveExecuted: Whether it may have had an effect.
    ///   - elsewhere: Whether it makes sense at another replica only.
    ///   - now: The time.
    /// - Returns: Whether that is so, and the call therefore goes on.
    mutating func retry(
        _ attempt: Attempt,
        at endpoint: Int,
        mayHaveExecuted: Bool,
        elsewhere: Bool = false,
        now: ContinuousClock.Instant
    ) -> Bool {
        let request = attempt.call.request
        guard attempt.call.target == nil, attempt.failures + 1 < limits.tries,
            !mayHaveExecuted || request.repeatability != .never, isAdmitting,
            !elsewhere || endpoints.indices.contains(where: { $0 != endpoint && endpoints[$0].isReady }),
            waiting.count < limits.waitingRequests
        else { return false }
        let pause = retryPause(after: attempt.failures)
        guard now + pause < request.deadline else { return false }
        guard budget.withdraw(now: now) else {
            statistics.retriesDenied += 1
            return false
        }
        statistics.retries += 1
        var attempt = attempt
        attempt.failures += 1
        attempt.hasBegun = false  // what has come of the reply went with its slot
        attempt.mayHaveExecuted = attempt.mayHaveExecuted || mayHaveExecuted
        attempt.avoided = endpoints[endpoint].id
        attempt.patience = max(attempt.patience, now + limits.reconnectGrace)
        waiting.delayed.append((now + pause, attempt))
        return true
    }

    /// Full jitter, uniform in `0...min(longest, pause × 2^failures)`: Brooker, *Exponential Backoff and Jitter*, 2015.
    private mutating func retryPause(after failures: Int) -> Duration {
        let most = min(limits.longestRetryPause, limits.retryPause * (1 << min(failures, 16)))
        return most * Double.random(in: 0...1, using: &random)
    }

    /// Whether another try of the same call is still on its way, so that this one's failure means nothing.
    func hasTwin(_ attempt: Attempt) -> Bool {
        attempt.isHedged
            && endpoints.contains { $0.lanes.contains { $0.slotIndex(of: attempt.call) != nil } }
    }

    // MARK: Hedges

    /// Asks a second replica for reads that take longer than nineteen in twenty do.
    mutating func hedge(now: ContinuousClock.Instant) -> [Action] {
        guard hasChoice else { return [] }
        var actions: [Action] = []
        for endpoint in endpoints.indices {
            for lane in endpoints[endpoint].lanes.indices where endpoints[endpoint].lanes[lane].outstanding > 0 {
                for slot in 0..<Lane.callSlots {
                    guard let attempt = overdue(endpoints[endpoint].lanes[lane].slots[slot], now: now) else { continue }
                    actions += hedge(attempt, endpoint, lane, slot, now: now)
                }
            }
        }
        return actions
    }

    /// The read in a slot that takes unusually long.
    private func overdue(_ slot: LaneState.Slot, now: ContinuousClock.Instant) -> Attempt? {
        guard case .call(let attempt) = slot.occupant, !attempt.isHedged, !attempt.hasBegun,
            attempt.call.target == nil, attempt.call.request.repeatability == .read,
            let high = operations.latency(of: attempt.operation).high,
            now - slot.since >= max(high, limits.leastHedgeDelay)
        else { return nil }
        return attempt
    }

    private mutating func hedge(
        _ attempt: Attempt,
        _ endpoint: Int,
        _ lane: Int,
        _ slot: Int,
        now: ContinuousClock.Instant
    ) -> [Action] {
        var (original, twin) = (attempt, attempt)
        (original.isHedged, twin.isHedged, twin.isHedge) = (true, true, true)
        twin.avoided = endpoints[endpoint].id
        let hasOther = endpoints.indices.contains { other in
            other != endpoint && endpoints[other].isReady && !endpoints[other].isSuspect
                && endpoints[other].admits(attempt.operation, now: now)
                && endpoints[other].ejection.admits(now: now) && endpoints[other].laneWithRoom() != nil
                && endpoints[other].outstanding(of: attempt.operation) < limits.callsPerOperation
        }
        guard hasOther, budget.withdraw(isHedge: true, now: now), case .sent(let action) = place(twin, now: now) else {
            return []
        }
        statistics.hedges += 1
        endpoints[endpoint].lanes[lane].update(slot, original)
        return [action]
    }

    /// Whether there is anything to choose from.
    var hasChoice: Bool { endpoints.count { $0.isReady } > 1 }

    /// Whether a read is under way that may be asked of a second replica.
    var mayHedge: Bool {
        hasChoice
            && endpoints.contains { endpoint in
                endpoint.lanes.contains { lane in
                    lane.outstanding > 0
                        && lane.slots.contains { slot in
                            guard case .call(let attempt) = slot.occupant else { return false }
                            return attempt.call.request.repeatability == .read && !attempt.isHedged
                        }
                }
            }
    }
}

extension MeshRequest {
    /// A hash of the request's origin: the user, or else the client's network; `nil` if both are unknown.
    var source: Int? {
        (principal.map { Array($0.userID.utf8) } ?? clientNetwork).map { bytes in
            bytes.reduce(into: Hasher()) { $0.combine($1) }.finalize()
        }
    }

    /// The client's network as seen by the gateway, in bytes: the IPv4 address, or the /64 of an IPv6 address.
    package var clientNetwork: [UInt8]? {
        guard let address = headers.first(named: "x-client-address"), !address.isEmpty else { return nil }
        var parsed = in6_addr()
        guard address.utf8.contains(UInt8(ascii: ":")), unsafe inet_pton(AF_INET6, address, &parsed) == 1 else {
            return Array(address.utf8)
        }
        let bytes = unsafe withUnsafeBytes(of: &parsed) { unsafe Array($0) }
        // IPv4-mapped addresses differ only in their last bytes.
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? bytes : Array(bytes.prefix(8))
    }
}
