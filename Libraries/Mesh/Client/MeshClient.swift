public import Logging
public import Loops
internal import Nanomsg
public import ServiceLifecycle
internal import Synchronization

/// Calls the operations of other services.
///
/// It works from the moment it is made. Requests go to the replica that has less to do and is quicker at it; what fails is
/// tried again where that is safe; a service that is away is found again by itself.
public final class MeshClient: Sendable, Service {
    private let channels: [String: ServiceChannel]
    private let ticker: Ticker
    /// `true` while nothing looks after idle lanes.
    var isResting: Bool { ticker.isResting }
    private let resolver: AddressResolver
    private let configuration: MeshConfiguration
    private let issuer: IdentityIssuer?

    /// Starts to connect to all peers.
    ///
    /// - Parameters:
    ///   - configuration: Who this is, its peers and keys.
    ///   - logger: For peers that do not answer and replies that are not authentic.
    ///   - loop: The loop that receives replies; `nil` for one of its own.
    /// - Throws: ``MeshConfigurationError`` if there is no key for a peer.
    public init(configuration: MeshConfiguration, logger: Logger, loop: Loop? = nil) throws {
        let loop = loop ?? Loop(name: "mesh-client", logger: logger)
        let ticker = Ticker(on: loop, within: MeshLimits.shortTick)
        let drops = DropLog(logger: logger)
        var channels: [String: ServiceChannel] = [:]
        for name in configuration.peers.keys {
            channels[name] = ServiceChannel(
                name: name,
                configuration: configuration,
                sealer: try Sealer(keys: configuration.keys, caller: configuration.service, callee: name),
                loop: loop,
                ticker: ticker,
                logger: logger,
                drops: drops
            )
        }
        self.channels = channels
        self.ticker = ticker
        self.configuration = configuration
        issuer = IdentityIssuer(keys: configuration.keys)
        resolver = AddressResolver(
            groups: configuration.peers.mapValues(\.requests),
            interval: configuration.limits.resolveInterval
        ) { [channels] service, addresses in channels[service]?.update(addresses: addresses) }
        ticker.start { [channels] in channels.values.compactMap { $0.tick() }.min() }
        resolver.start()
    }

    deinit {
        shutDown()
    }

    /// The configured peers.
    public var services: [String] { channels.keys.sorted() }

    /// The replicas of a service that are known now.
    public func endpoints(of service: String) -> [MeshEndpoint] { channels[service]?.endpoints ?? [] }

    /// Returns the room for calls of an operation at the replicas of its service.
    ///
    /// - Parameters:
    ///   - operation: The operation's name.
    ///   - service: The service that has it.
    /// - Returns: The room at present; `nil` if the service is no peer.
    public func room(for operation: String, of service: String) -> MeshRoom? {
        channels[service]?.room(for: operation)
    }

    /// The client's statistics of a service since its start; `nil` for a service that is not a peer.
    public func statistics(of service: String) -> MeshClientStatistics? { channels[service]?.statistics }

    /// Sends a request, and gives the reply to `completion` without any task.
    ///
    /// - Parameters:
    ///   - request: The request; its deadline bounds the wait.
    ///   - service: The service that answers.
    ///   - completion: Runs once, on this thread or on the loop's, and must hold up neither. A call that was cancelled ends
    ///     with `MeshError.closed`.
    /// - Returns: A way to give up.
    @discardableResult
    public func send(
        _ request: MeshRequest,
        to service: String,
        completion: @escaping @Sendable (Result<MeshReply, MeshError>) -> Void
    ) -> PendingCall? {
        guard let channel = channels[service] else {
            completion(.failure(.unknownService(service)))
            return nil
        }
        guard let request = identified(request) else {
            completion(.failure(.unidentified(service: service)))
            return nil
        }
        let call = call(request, at: nil) { completion($0 ?? .failure(.closed)) }
        channel.submit(call)
        return PendingCall(channel: channel, call: call)
    }

    /// Sends a request and waits for the reply.
    ///
    /// - Parameters:
    ///   - request: What is asked; its deadline bounds the wait.
    ///   - service: Whom.
    /// - Returns: The service's reply, be it success or failure.
    /// - Throws: ``MeshError``, or `CancellationError` as soon as the task is cancelled.
    public func call(_ request: MeshRequest, to service: String) async throws -> MeshReply {
        try await reply(to: request, from: service, at: nil)
    }

    /// Asks one replica.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - service: Whom.
    ///   - address: One of ``endpoints(of:)``.
    /// - Returns: That replica's reply, be it success or failure.
    /// - Throws: ``MeshError``, or `CancellationError` as soon as the task is cancelled.
    public func call(_ request: MeshRequest, to service: String, at address: String) async throws -> MeshReply {
        try await reply(to: request, from: service, at: address)
    }

    private func reply(to request: MeshRequest, from service: String, at target: String?) async throws -> MeshReply {
        guard let channel = channels[service] else { throw MeshError.unknownService(service) }
        guard let request = identified(request) else { throw MeshError.unidentified(service: service) }
        let relay = CancellationRelay(channel: channel)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let call = call(request, at: target) { result in
                    guard let result else { return continuation.resume(throwing: CancellationError()) }
                    continuation.resume(with: result)
                }
                relay.watch(call)
                channel.submit(call)
            }
        } onCancel: {
            relay.cancel()
        }
    }

    private func call(
        _ request: MeshRequest,
        at target: String?,
        completion: @escaping @Sendable (Result<MeshReply, MeshError>?) -> Void
    ) -> Call {
        Call(
            request,
            target: target,
            patience: .now + configuration.limits.reconnectGrace,
            completion: completion
        )
    }

    /// Attaches a signed statement about the request's user, who would otherwise be left out.
    ///
    /// - Returns: `nil` if there is a user but neither a statement nor a key to sign one with.
    private func identified(_ request: MeshRequest) -> MeshRequest? {
        guard request.identity == nil, let principal = request.principal else { return request }
        guard let identity = try? issuer?.identity(of: principal) else { return nil }  // fails when memory is exhausted
        var request = request
        request.identity = identity
        return request
    }

    /// Waits for graceful shutdown, then drains and closes.
    public func run() async throws {
        // Cancellation ends the wait as well, and is not a failure.
        try? await gracefulShutdown()
        await close()
    }

    /// Takes no more calls, waits for those under way, and closes.
    ///
    /// - Parameter patience: The time to wait; calls that are still open then fail.
    public func close(drainingFor patience: Duration = .seconds(5)) async {
        for channel in channels.values { channel.stopAdmitting() }
        let end = ContinuousClock.now + patience
        while !channels.values.allSatisfy(\.isIdle), ContinuousClock.now < end {
            // Calls end in many ways, and this happens once in a life: looking now and then is the simplest that is right.
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { break }
        }
        shutDown()
    }

    private func shutDown() {
        resolver.stop()
        for channel in channels.values { channel.close() }
        ticker.cancel()
    }
}

/// A call under way that nobody waits for as a task.
public struct PendingCall: Sendable {
    fileprivate let channel: ServiceChannel
    fileprivate let call: Call

    /// Ends the wait, and the work of the service, unless the reply is here already.
    public func cancel() { channel.cancel(call) }
}

/// Brings the cancellation of a task to its call, whichever comes first.
private final class CancellationRelay: Sendable {
    private let channel: ServiceChannel
    private let state = Mutex<(call: Call?, isCancelled: Bool)>((nil, false))

    init(channel: ServiceChannel) {
        self.channel = channel
    }

    /// Goes before `submit`, so that a call is either marked before the service's state sees it or found there.
    func watch(_ call: Call) {
        let isCancelled = state.withLock { state in
            state.call = call
            return state.isCancelled
        }
        if isCancelled { call.cancel() }
    }

    func cancel() {
        let call = state.withLock { state in
            state.isCancelled = true
            return state.call
        }
        if let call { channel.cancel(call) }
    }
}
