public import Contracts
package import Logging
package import Postgres
public import ServiceKit

extension ServiceAPI {
    /// The API of a lab: the operations that its handlers answer.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - handlers: All handlers of the lab.
    ///   - events: The types of events that it emits.
    public init(lab service: String, _ handlers: [any OperationHandler], events: [any ServiceEvent.Type] = []) {
        self.init(service, operations: handlers.map { type(of: $0).operation }, events: events)
    }
}

extension Dispatcher {
    /// A lab's dispatcher, whose API follows from its handlers.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - handlers: All handlers of the lab.
    ///   - events: The types of events that it emits.
    ///   - database: Where repeated requests and events are kept; `nil` for a lab without tables.
    ///   - metrics: Where calls are counted and timed.
    ///   - logger: For what no handler expected.
    package init(
        lab service: String,
        _ handlers: [any OperationHandler] = [],
        events: [any ServiceEvent.Type] = [],
        database: Database? = nil,
        metrics: Metrics = Metrics(),
        logger: Logger = .silent
    ) {
        self.init(
            ServiceAPI(lab: service, handlers, events: events),
            version: "1",
            handlers: handlers,
            database: database,
            metrics: metrics,
            tracer: nil,
            logger: logger
        )
    }
}
