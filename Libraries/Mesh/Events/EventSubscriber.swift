public import Logging
public import Loops
internal import Nanomsg
public import ServiceLifecycle
internal import Synchronization

/// What a subscriber hears; `from` is the producer's name in the configuration.
public enum EventSignal: Sendable, Hashable {
    case event(MeshEvent, from: String)
    case heartbeat(EventHeartbeat, from: String)

    fileprivate var isHeartbeat: Bool { if case .heartbeat = self { true } else { false } }
}

/// Listens to what happens in other services.
///
/// All events of a producer arrive, also of types that nobody here wants, because only so a hole in their positions means that
/// one was missed.
public final class EventSubscriber: Sendable, Service {
    private let resolver: AddressResolver
    private let core: Core

    /// Connects to the producers and delivers what they say.
    ///
    /// - Parameters:
    ///   - configuration: The peers and keys.
    ///   - producers: Whom to listen to; each must be a peer with event addresses.
    ///   - logger: For messages that are not authentic.
    ///   - loop: The loop that receives; `nil` for one of its own.
    ///   - onSignal: Runs on the loop, in each publisher's order, and must not hold it up.
    /// - Throws: ``MeshConfigurationError`` for a producer without event addresses or without a key to verify it.
    public init(
        configuration: MeshConfiguration,
        producers: [String],
        logger: Logger,
        loop: Loop? = nil,
        onSignal: @escaping @Sendable (EventSignal) -> Void
    ) throws {
        var groups: [String: [MeshAddress]] = [:]
        var openers: [String: PublicationOpener] = [:]
        for producer in producers {
            guard let addresses = configuration.peers[producer]?.events, !addresses.isEmpty else {
                throw MeshConfigurationError(reason: "The peer \(producer) has no event address")
            }
            groups[producer] = addresses
            openers[producer] = try PublicationOpener(keys: configuration.keys, producer: producer)
        }
        let core = Core(
            configuration: configuration,
            openers: openers,
            logger: logger,
            loop: loop ?? Loop(name: "mesh-events", logger: logger),
            onSignal: onSignal
        )
        self.core = core
        resolver = AddressResolver(groups: groups, interval: configuration.limits.resolveInterval) {
            core.update(producer: $0, addresses: $1)
        }
        core.start()
        resolver.start()
    }

    deinit {
        close()
    }

    /// Listens until graceful shutdown.
    public func run() async throws {
        // Cancellation ends the wait as well, and is not a failure.
        try? await gracefulShutdown()
        close()
    }

    /// Ends the deliveries.
    public func close() {
        resolver.stop()
        core.stop()
    }
}

extension EventSubscriber {
    /// The connections; apart from the subscriber, so that an abandoned one closes them.
    private final class Core: Sendable {
        /// One place where a producer's events are listened to.
        private final class Connection: Sendable {
            let producer: String
            let address: String
            let socket: NanomsgSocket
            /// When something authentic came last; `nil` before the first heartbeat.
            let lastHeard: Mutex<ContinuousClock.Instant?>

            init(producer: String, address: String, socket: NanomsgSocket, lastHeard: ContinuousClock.Instant?) {
                self.producer = producer
                self.address = address
                self.socket = socket
                self.lastHeard = Mutex(lastHeard)
            }
        }

        private struct State {
            /// The addresses of the producers' replicas.
            var addresses: [String: [String]] = [:]
            var connections: [(connection: Connection, watch: Watch)] = []
            /// The addresses where a connection could not be opened, so that each is logged once.
            var failing: Set<String> = []

            func listens(to producer: String, at address: String) -> Bool {
                connections.contains { $0.connection.producer == producer && $0.connection.address == address }
            }
        }

        private let maxMessageBytes: Int
        private let clockSkew: UInt64
        /// Keyed by producer.
        private let openers: [String: PublicationOpener]
        private let logger: Logger
        private let drops: DropLog
        private let onSignal: @Sendable (EventSignal) -> Void
        private let loop: Loop
        private let ticker: Ticker
        private let state = Mutex(State())
        private let heartbeatTimeout: Duration

        init(
            configuration: MeshConfiguration,
            openers: [String: PublicationOpener],
            logger: Logger,
            loop: Loop,
            onSignal: @escaping @Sendable (EventSignal) -> Void
        ) {
            maxMessageBytes = configuration.limits.maxBodyBytes
            clockSkew = UInt64(configuration.limits.clockSkew.components.seconds)
            self.openers = openers
            self.logger = logger
            drops = DropLog(logger: logger)
            self.onSignal = onSignal
            heartbeatTimeout = configuration.limits.heartbeatTimeout
            self.loop = loop
            ticker = Ticker(on: loop, within: .seconds(1))
        }

        func start() {
            ticker.start { [weak self] in self?.tick() }
        }

        func stop() {
            ticker.cancel()
            state.withLock { state in
                close(&state) { _ in true }
                state = State()
            }
        }

        /// Takes over where a producer's replicas are now.
        func update(producer: String, addresses: [String]) {
            state.withLock { state in
                state.addresses[producer] = addresses
                state.failing.formIntersection(state.addresses.values.joined())
                close(&state) { $0.producer == producer && !addresses.contains($0.address) }
                openMissing(&state)
            }
        }

        /// Opens what could not be opened before, and again what has fallen silent.
        ///
        /// A host that loses its power takes no leave, and a subscriber, which never sends anything, would wait for it for ever.
        /// That goes on until it is heard, because an attempt that meets no host at all is repeated by the kernel ever more rarely.
        private func tick() -> Duration {
            state.withLock { state in
                let now = ContinuousClock.now
                var silent: Set<String> = []
                close(&state) { connection in
                    guard let last = connection.lastHeard.withLock(\.self), now - last > heartbeatTimeout else {
                        return false
                    }
                    silent.insert(connection.address)
                    return true
                }
                openMissing(&state, heardBefore: silent)
            }
            return .seconds(1)
        }

        private func close(_ state: inout State, where isUnwanted: (Connection) -> Bool) {
            state.connections.removeAll { connection, watch in
                guard isUnwanted(connection) else { return false }
                watch.cancel()
                return true
            }
        }

        private func openMissing(_ state: inout State, heardBefore: Set<String> = []) {
            for (producer, addresses) in state.addresses {
                for address in addresses where !state.listens(to: producer, at: address) {
                    let lastHeard = heardBefore.contains(address) ? ContinuousClock.now : nil
                    do {
                        state.connections.append(try connect(to: producer, at: address, lastHeard: lastHeard))
                        state.failing.remove(address)
                    } catch {
                        guard state.failing.insert(address).inserted else { continue }
                        logger.error(
                            "Could not subscribe",
                            metadata: ["mesh.service": "\(producer)", "error": "\(error)"]
                        )
                    }
                }
            }
        }

        private func connect(
            to producer: String,
            at address: String,
            lastHeard: ContinuousClock.Instant?
        ) throws -> (Connection, Watch) {
            let socket = try NanomsgSocket(
                .subscribe,
                maxMessageBytes: maxMessageBytes,
                usesIPv6: address.contains("[")
            )
            try socket.connect(address)
            let connection = Connection(producer: producer, address: address, socket: socket, lastHeard: lastHeard)
            let watch = loop.watch(try socket.receiveDescriptor) { [weak self, weak connection] in
                guard let self, let connection else { return }
                receive(from: connection)
            }
            return (connection, watch)
        }

        private func receive(from connection: Connection) {
            for _ in 0..<16 {  // a signature takes over 100 µs to verify; then it is the turn of others
                // An error is a closed socket's, and then nobody waits here.
                guard let message = try? connection.socket.receive() else { return }
                guard let signal = signal(in: message.body, from: connection.producer) else { continue }
                connection.lastHeard.withLock { last in
                    if last != nil || signal.isHeartbeat { last = .now }
                }
                onSignal(signal)
            }
        }

        private func signal(in message: [UInt8], from producer: String) -> EventSignal? {
            guard let end = message.firstIndex(of: 0),
                let payload = openers[producer]?.open(message, from: end + 1)
            else {
                drops.note(.unauthentic)
                return nil
            }
            guard let (publication, sentAt) = try? Publication.decode(message, payload),
                publication.topic.utf8.elementsEqual(message[..<end])
            else {
                drops.note(.malformed)
                return nil
            }
            // A publication belongs to its producer; another service's name as its source would mislead readers.
            guard publication.source == producer else {
                drops.note(.misaddressed)
                return nil
            }
            let now = WallClock.seconds()
            guard max(now, sentAt) - min(now, sentAt) <= clockSkew else {
                drops.note(.stale)
                return nil
            }
            return switch publication {
            case .event(let event): .event(event, from: producer)
            case .heartbeat(let heartbeat): .heartbeat(heartbeat, from: producer)
            }
        }
    }
}
