public import Contracts
public import Postgres

extension Outbox {
    /// The statement that writes an event without a link to the request behind it: the service is its actor, its id is
    /// random, its time is in whole minutes, and it belongs to no trace.
    public static func insertUnlinked<Event: ServiceEvent>(_ event: Event, tenant: UniversityID?) -> SQL {
        """
        INSERT INTO outbox (event_id, type, version, aggregate, data, tenant_id, actor, created_at)
        VALUES (\(EventID.random()), \(Event.type), \(Event.version), \(event.aggregate), \
        \(RawJSON(bytes: event.jsonBytes)), \(tenant), \(Event.producer), date_trunc('minute', now()))
        """
    }
}
