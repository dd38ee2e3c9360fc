public import Logging
public import ServiceLifecycle
import Telemetry

/// The means from which a daemon makes its parts.
public struct DaemonKit: Sendable {
    public let service: String
    public let database: ServiceDatabase
    public let caller: ServiceCaller
    /// Asks all services that the daemon asks.
    public let gatherer: Gatherer
    public let metrics: Metrics
    let tracer: Tracer?
    public let logger: Logger
}

/// The parts that make one daemon different from another.
public struct DaemonParts: Sendable {
    let tables: [RetainedTable]
    let handlers: [any OperationHandler]
    let consumers: [any EventHandler]
    let notices: (any NoticeHandler)?
    let services: [any Service]

    /// - Parameters:
    ///   - tables: All tables that its migrations make, with how long their rows are kept.
    ///   - handlers: One for each operation of the service's API.
    ///   - consumers: One per type of event that it takes in.
    ///   - notices: Takes in the notices of the producers that `NOTICES_FROM` names; `nil` in a daemon that notifies
    ///     nobody.
    ///   - services: What else runs as long as the daemon does; started after and stopped before the rest.
    public init(
        tables: [RetainedTable],
        handlers: [any OperationHandler],
        consumers: [any EventHandler] = [],
        notices: (any NoticeHandler)? = nil,
        services: [any Service] = []
    ) {
        self.tables = tables
        self.handlers = handlers
        self.consumers = consumers
        self.notices = notices
        self.services = services
    }
}
