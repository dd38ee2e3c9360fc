internal import Logging
internal import Loops
internal import Nanomsg
internal import OpenSSL
internal import Synchronization

/// One service as its callers reach it: the state, and the carrying out of what the state decides.
final class ServiceChannel: Sendable {
    private let name: String
    private let limits: MeshLimits
    private let sealer: Sealer
    private let loop: Loop
    private let ticker: Ticker
    private let logger: Logger
    private let drops: DropLog
    private let state: Mutex<ServiceState>

    init(
        name: String,
        configuration: MeshConfiguration,
        sealer: Sealer,
        loop: Loop,
        ticker: Ticker,
        logger: Logger,
        drops: DropLog
    ) {
        self.name = name
        limits = configuration.limits
        self.sealer = sealer
        self.loop = loop
        self.ticker = ticker
        self.logger = logger
        self.drops = drops
        state = Mutex(
            ServiceState(
                name: name,
                limits: configuration.limits,
                now: .now,
                seed: SecureRandom.uint64()
            )
        )
    }

    func submit(_ call: Call) {
        perform(state.withLock { $0.admit(call, now: .now) })
        ticker.keepTime()
    }

    func cancel(_ call: Call) {
        perform(state.withLock { $0.cancel(call) })
    }

    func update(addresses: [String]) {
        perform(state.withLock { $0.update(addresses: addresses, now: .now) })
        ticker.keepTime()
    }

    /// Does what is due, and returns how long nothing else will be.
    func tick() -> Duration? {
        perform(state.withLock { $0.tick(now: .now) })
        return state.withLock { $0.nextTick(now: .now) }
    }

    func stopAdmitting() {
        state.withLock { $0.isAdmitting = false }
    }

    func close() {
        perform(state.withLock { $0.close() })
    }

    var isIdle: Bool { state.withLock(\.isIdle) }

    var statistics: MeshClientStatistics { state.withLock(\.statistics) }

    func room(for operation: String) -> MeshRoom { state.withLock { $0.room(for: operation) } }

    var endpoints: [MeshEndpoint] {
        state.withLock { state in
            state.endpoints.map { endpoint in
                let ready = endpoint.lanes.first { $0.phase == .ready && $0.lane.socket.connections > 0 }
                return MeshEndpoint(
                    address: endpoint.address,
                    instance: ready.map { InstanceID.text($0.instance) },
                    isReady: ready != nil && endpoint.standing == .active,
                    outstanding: endpoint.outstanding,
                    slowness: endpoint.load.slowness(now: .now),
                    isEjected: endpoint.isSuspect || endpoint.isKnownSilent || endpoint.ejection.isOpen,
                    suspended: endpoint.breakers.indices.filter { endpoint.breakers[$0].isOpen }
                        .map { state.operations.entries[$0].name }
                )
            }
        }
    }

    // MARK: Actions

    private func perform(_ actions: [ServiceState.Action]) {
        var remaining = actions
        while !remaining.isEmpty {
            var next: [ServiceState.Action] = []
            for action in remaining { next += perform(action) }
            remaining = next
        }
    }

    /// Carries out one action, and returns those that follow from it.
    private func perform(_ action: ServiceState.Action) -> [ServiceState.Action] {
        switch action {
        case .transmit(let call, let lane, let ticket, let instance, nil):
            return transmit(call.request, lane, ticket, instance: instance)
        case .transmit(let call, let lane, let ticket, let instance, let pull?):
            return transmit(request(for: pull, of: call), lane, ticket, instance: instance)
        case .ping(let lane, let ticket, let instance):
            let request = MeshRequest(operation: ReservedOperation.ping, timeLeft: limits.pingTimeout)
            return transmit(request, lane, ticket, instance: instance)
        case .cancel(let lane, let ticket, let instance): cancel(lane, ticket, instance: instance)
        case .openLane(let endpointID, let address):
            return open(endpointID: endpointID, address: address)
        case .awaitWritable(let lane): lane.awaitWritable()
        case .closeLane(let lane): lane.detach()  // closed when nobody uses it any more
        case .finish(let call, let result): call.finish(result)
        case .warn(let message, let address, let operation):
            var metadata: Logger.Metadata = ["mesh.service": "\(name)", "mesh.address": "\(address)"]
            if let operation { metadata["operation"] = "\(operation)" }
            logger.warning("\(message)", metadata: metadata)
        }
        return []
    }

    /// Lets a replica know that it works for nobody; if that cannot be sent, the deadline ends the work.
    private func cancel(_ lane: Lane, _ ticket: LaneState.Ticket, instance: UInt64) {
        let request = MeshRequest(operation: ReservedOperation.cancel, timeLeft: limits.pingTimeout)
        _ = try? lane.transmit(envelope(request, lane, ticket, instance: instance), sealer: sealer)
    }

    private func envelope(
        _ request: MeshRequest,
        _ lane: Lane,
        _ ticket: LaneState.Ticket,
        instance: UInt64
    ) -> RequestEnvelope {
        RequestEnvelope(
            session: lane.session,
            correlation: ticket.correlation,
            instance: instance,
            sentAt: WallClock.seconds(),
            replyCredit: ticket.credit,
            service: name,
            request: request
        )
    }

    private func request(for pull: Pull, of call: Call) -> MeshRequest {
        var request = MeshRequest(
            operation: ReservedOperation.pull,
            requestID: call.request.requestID,
            timeLeft: .zero,
            trace: call.request.trace,
            body: pull.encoded()
        )
        request.deadline = call.request.deadline
        return request
    }

    private func transmit(
        _ request: MeshRequest,
        _ lane: Lane,
        _ ticket: LaneState.Ticket,
        instance: UInt64
    ) -> [ServiceState.Action] {
        var isConnected = false
        do {
            if try lane.transmit(envelope(request, lane, ticket, instance: instance), sealer: sealer) { return [] }
            isConnected = lane.socket.connections > 0
        } catch {
            logger.error("Could not send to a peer", metadata: ["mesh.service": "\(name)", "error": "\(error)"])
        }
        return state.withLock {
            $0.unsent(lane, correlation: ticket.correlation, isConnected: isConnected, now: .now)
        }
    }

    private func open(endpointID: Int, address: String) -> [ServiceState.Action] {
        do {
            let lane = try Lane(endpointID: endpointID, session: SecureRandom.uint64(), address: address)
            try lane.attach(
                to: loop,
                receive: { [weak self, weak lane] in
                    if let lane { self?.receive(on: lane) }
                },
                writable: { [weak self, weak lane] in
                    if let lane { self?.writable(lane) }
                }
            )
            return state.withLock { $0.add(lane, now: .now) }
        } catch {
            // Descriptors or sockets have run out; the state tries again in a second.
            logger.error("Could not open a lane", metadata: ["mesh.service": "\(name)", "error": "\(error)"])
            return []
        }
    }

    // MARK: On the loop

    private func writable(_ lane: Lane) {
        let connection = lane.socket.establishedConnections
        perform(state.withLock { $0.writable(lane, connection: connection, now: .now) })
    }

    private func receive(on lane: Lane) {
        // A lane cannot hold more replies than it has slots, so one lane cannot keep the loop from the others.
        for _ in 0..<Lane.slots {
            // An error is a closed socket's, and then nobody waits here.
            guard let message = try? lane.socket.receive() else { return }
            guard let number = Correlation.number(in: message.header) else {
                drops.note(.malformed)
                continue
            }
            let context = Correlation(session: lane.session, number: number).context
            guard let opened = sealer.open(message.body, as: .reply, context: context) else {
                drops.note(.unauthentic)
                continue
            }
            guard let reply = try? ReplyEnvelope(decoding: message.body, opened.payload) else {
                drops.note(.malformed)
                continue
            }
            perform(
                state.withLock { $0.receive(reply, on: lane, correlation: number, now: .now) }
            )
        }
    }
}

/// A replica of a service, as a client sees it now.
public struct MeshEndpoint: Sendable, Hashable {
    /// Numeric, as it is connected.
    public let address: String
    /// Which process is there, as its `mesh.info` calls it; `nil` while there is no connection.
    public let instance: String?
    /// `true` if it takes requests.
    public let isReady: Bool
    /// Requests in flight to it from this client.
    public let outstanding: Int
    /// How slow it is beside what its operations usually take; 1 where nothing is wrong.
    public let slowness: Double
    /// `true` if it is left alone for failing or for saying nothing, if there is another.
    public let isEjected: Bool
    /// The operations that are suspended there because they keep failing.
    public let suspended: [String]
}

/// How the number that names a process is written.
enum InstanceID {
    static func text(_ instance: UInt64) -> String {
        let digits = String(instance, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
