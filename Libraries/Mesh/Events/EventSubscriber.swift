public import Logging
internal import Nanomsg
public import ServiceLifecycle
internal import Synchronization

/// What a subscriber hears; `from` is the producer's name in the configuration.
public enum EventSignal: Sendable, Hashable {
    case event(MeshEvent, from: String)
    case heartbeat(EventHeartbeat, from: String)
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
    ///   - onSignal: Runs on the thread that receives, in each publisher's order, and must not hold it up.
    /// - Throws: ``MeshConfigurationError`` for a producer without event addresses; otherwise when the system has no descriptor
    ///   or thread left.
    public init(
        configuration: MeshConfiguration,
        producers: [String],
        logger: Logger,
        onSignal: @escaping @Sendable (EventSignal) -> Void
    ) throws {
        var groups: [String: [MeshAddress]] = [:]
        for producer in producers {
            guard let addresses = configuration.peers[producer]?.events, !addresses.isEmpty else {
                throw MeshConfigurationError(reason: "The peer \(producer) has no event address")
            }
            groups[producer] = addresses
        }
        let core = try Core(configuration: configuration, logger: logger, onSignal: onSignal)
        self.core = core
        resolver = try AddressResolver(groups: groups, interval: configuration.limits.resolveInterval) {
            core.update(producer: $0, addresses: $1)
        }
        try core.start()
        try resolver.start()
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
    /// The connections and the thread; apart from the subscriber, so that an abandoned one ends its thread.
    private final class Core: Sendable {
        private struct Connection: Sendable {
            let producer: String
            let address: String
            let socket: NanomsgSocket
            let watch: ReceiveLoop.Watch
        }

        private let maxMessageBytes: Int
        private let clockSkew: UInt64
        private let sealer: Sealer
        private let logger: Logger
        private let drops: DropLog
        private let onSignal: @Sendable (EventSignal) -> Void
        private let loop: ReceiveLoop
        private let connections = Mutex<[Connection]>([])

        init(
            configuration: MeshConfiguration,
            logger: Logger,
            onSignal: @escaping @Sendable (EventSignal) -> Void
        ) throws {
            maxMessageBytes = configuration.limits.maxBodyBytes
            clockSkew = UInt64(configuration.limits.clockSkew.components.seconds)
            sealer = Sealer(keys: configuration.keys)
            self.logger = logger
            drops = DropLog(logger: logger)
            self.onSignal = onSignal
            loop = try ReceiveLoop()
        }

        func start() throws {
            try loop.start(name: "mesh-events") { nil }
        }

        func stop() {
            loop.stop()
            connections.withLock { $0 = [] }
        }

        /// Takes over where a producer's replicas are now.
        func update(producer: String, addresses: [String]) {
            connections.withLock { connections in
                for connection in connections
                where connection.producer == producer && !addresses.contains(connection.address) {
                    loop.cancel(connection.watch)
                }
                connections.removeAll { $0.producer == producer && !addresses.contains($0.address) }
                for address in addresses
                where !connections.contains(where: { $0.producer == producer && $0.address == address }) {
                    do {
                        connections.append(try connect(to: producer, at: address))
                    } catch {
                        logger.error(
                            "Could not subscribe",
                            metadata: ["mesh.service": "\(producer)", "error": "\(error)"]
                        )
                    }
                }
            }
        }

        private func connect(to producer: String, at address: String) throws -> Connection {
            let socket = try NanomsgSocket(
                .subscribe,
                maxMessageBytes: maxMessageBytes,
                usesIPv6: address.contains("[")
            )
            let watch = try loop.watch(try socket.receiveDescriptor) { [weak self, weak socket] in
                guard let self, let socket else { return }
                receive(from: socket, producer: producer)
            }
            try socket.connect(address)
            return Connection(producer: producer, address: address, socket: socket, watch: watch)
        }

        private func receive(from socket: NanomsgSocket, producer: String) {
            for _ in 0..<64 {  // then it is another producer's turn
                // An error is a closed socket's, and then nobody waits here.
                guard let message = try? socket.receive() else { return }
                if let signal = signal(in: message.body, from: producer) { onSignal(signal) }
            }
        }

        private func signal(in message: [UInt8], from producer: String) -> EventSignal? {
            guard let end = message.firstIndex(of: 0),
                let opened = sealer.open(message, from: end + 1, as: .publication)
            else {
                drops.note(.unauthentic)
                return nil
            }
            guard let (publication, sentAt) = try? Publication.decode(message, opened.payload),
                publication.topic.utf8.elementsEqual(message[..<end])
            else {
                drops.note(.malformed)
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
