import Contracts
import Glibc
import Logging
import Loops
import Mesh
import ServiceLifecycle

extension Daemon {
    /// The other services that a daemon knows, by its declaration and its variables.
    package struct Neighbours: Sendable {
        let asked: [String]
        /// The services that it calls or asks.
        package let peers: [String]
        /// The services whose events it takes in.
        let producers: [String]
        /// The services among them whose notices it takes in.
        let notified: [String]
    }

    /// Reads the names of the other services.
    ///
    /// - Parameter settings: The daemon's variables.
    /// - Returns: The services that it calls or asks, and those whose events it takes in.
    package func neighbours(_ settings: Settings) -> Neighbours {
        func services(_ names: [String], unlessSet variable: String?, _ meaning: String) -> [String] {
            guard let variable else { return names }
            let fallback = names.joined(separator: ",")
            return settings.list(variable, default: fallback, "names of services separated by commas: \(meaning)")
        }
        let asked = services(
            self.asked,
            unlessSet: askedVariable,
            "those that are asked for their parts of a reply"
        )
        let notified = services(
            noticeProducers,
            unlessSet: noticeProducers.isEmpty ? nil : "NOTICES_FROM",
            "those whose events notify people"
        )
        return Neighbours(
            asked: asked,
            peers: Set(calls + asked).sorted(),
            producers: Set(producers.map(\.service) + notified).sorted(),
            notified: notified
        )
    }

    /// Makes a consumer for each producer whose events the parts handle, or whose notices they take in.
    func eventConsumers(
        of parts: DaemonParts,
        _ kit: DaemonKit,
        over transport: any ServiceTransport,
        noticesOf notified: [String]
    ) -> [EventConsumer] {
        let byProducer = Dictionary(grouping: parts.consumers, by: { type(of: $0).event.producer })
        return Set(byProducer.keys).union(parts.notices == nil ? [] : notified).map { producer in
            let handlers = byProducer[producer] ?? []
            let known = producers.first { $0.service == producer }?.events
            precondition(handlers.isEmpty || known != nil, "\(service) reads \(producer)'s events without saying so")
            let notices = notified.contains(producer) ? parts.notices : nil
            let selection = EventSelection(handlers, known: known ?? [], notices: notices)
            let its = ConsumerFigures(kit.metrics, producer: producer)
            return EventConsumer(
                producer: producer,
                release: Self.release(of: selection),
                selection: selection,
                cursors: ConsumerCursors(database: kit.database.database),
                parked: ParkedEvents(database: kit.database.database),
                database: kit.database,
                client: transport,
                arrivals: EventArrivals(lag: its.lag),
                figures: its,
                tracer: kit.tracer,
                logger: kit.logger
            )
        }
    }

    /// Makes what follows the consumers' producers: the consumers and a subscriber.
    func eventServices(
        of consumers: [EventConsumer],
        _ loop: Loop,
        _ mesh: MeshConfiguration,
        _ logger: Logger
    ) throws -> (services: [any Service], figures: [ConsumerFigures]) {
        guard !consumers.isEmpty else { return ([], []) }
        let arrivals = Dictionary(uniqueKeysWithValues: consumers.map { ($0.producer, $0.arrivals) })
        let subscriber = try EventSubscriber(
            configuration: mesh,
            producers: arrivals.keys.sorted(),
            logger: logger,
            loop: loop
        ) { signal in
            switch signal {
            case .event(_, let producer), .heartbeat(_, let producer): arrivals[producer]?.receive(signal)
            }
        }
        return ((consumers as [any Service]) + [subscriber], consumers.map(\.figures))
    }

    /// Tells one release of the service from another: by the program's file and by what it takes in.
    private static func release(of selection: EventSelection) -> String {
        var file = stat()
        let isKnown = unsafe stat("/proc/self/exe", &file) == 0
        let build = isKnown ? "\(file.st_size)-\(file.st_mtim.tv_sec)" : ""
        let types = selection.versions.map { "\($0.name)@\($0.version)" }
        return ([buildVersion, build] + types).joined(separator: " ")
    }
}
