public import Logging
internal import Nanomsg
internal import OpenSSL
public import ServiceLifecycle
internal import Synchronization

/// Tells whoever listens what happened here.
///
/// Publishing is the fast path only: a subscriber that is slow or away misses events. Heartbeats with the last position show it
/// that it did, and it pulls the missing ones by request and reply.
public final class EventPublisher: Sendable, Service {
    private struct State {
        var heartbeat: EventHeartbeat?
    }

    private let service: String
    private let interval: Duration
    private let signer: PublicationSigner
    private let logger: Logger
    private let socket: Mutex<NanomsgSocket?>
    private let state = Mutex(State())

    /// Binds the event address.
    ///
    /// - Throws: `NanomsgError` if the address cannot be bound, ``MeshConfigurationError`` without a key to sign with.
    public init(configuration: MeshConfiguration, logger: Logger) throws {
        guard let address = configuration.eventAddress else {
            throw MeshConfigurationError(reason: "A publisher needs an address to listen at")
        }
        service = configuration.service
        interval = configuration.limits.heartbeatInterval
        signer = try PublicationSigner(keys: configuration.keys, service: configuration.service)
        self.logger = logger
        let socket = try NanomsgSocket(
            .publish,
            maxMessageBytes: 1024,
            usesIPv6: address.description.contains("[")
        )
        try socket.bind(address.bound)
        self.socket = Mutex(socket)
    }

    /// Sends an event to all subscribers; never waits.
    public func publish(_ event: MeshEvent) {
        if event.position > 0 { announce(position: event.position, epoch: event.epoch) }
        send(.event(event))
    }

    /// States the last position there is, for heartbeats to repeat.
    public func announce(position: Int64, epoch: String) {
        state.withLock { $0.heartbeat = EventHeartbeat(source: service, epoch: epoch, position: position) }
    }

    private func send(_ publication: Publication) {
        let topic = Array(publication.topic.utf8) + [0]
        let payload = publication.payload(sentAt: WallClock.seconds())
        do {
            let seal = try signer.seal(payload)
            // The lock keeps events in the order of their positions if only one thread publishes them.
            _ = try socket.withLock { try $0?.send(topic, seal, payload) }
        } catch {
            logger.error("Could not publish", metadata: ["error": "\(error)"])
        }
    }

    /// Sends heartbeats until graceful shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: self.interval)) != nil {
                if let heartbeat = self.state.withLock(\.heartbeat) { self.send(.heartbeat(heartbeat)) }
            }
        }
        close()
    }

    /// Closes the socket; what is published after that goes nowhere.
    public func close() {
        socket.withLock { $0 = nil }
    }
}
