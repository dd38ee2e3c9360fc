public import Contracts
import Mesh
public import Postgres

/// Every statement that names the `outbox` table and its counter.
///
/// A writer inserts rows without a position in its own transaction. The relay numbers what has committed, one relay at
/// a time, so that positions follow the order in which rows became visible and none is ever skipped by a reader.
public struct Outbox: Sendable {
    /// The service whose outbox it is: the events' source.
    let service: String
    let database: Database

    /// The statement that writes an event, for a service that makes it part of a larger one.
    public static func insert(_ event: some ServiceEvent, tenant: UniversityID?, context: RequestContext) -> SQL {
        let rows = event.outboxRows
        guard rows.count == 1 else { return insert(rows, tenant, context) }
        let row = rows[0]
        return """
            INSERT INTO outbox (event_id, type, version, aggregate, data, notice, tenant_id, actor, traceparent)
            VALUES (\(row.id), \(row.type), \(row.version), \(row.aggregate), \(row.data), \(row.notice), \(tenant), \
            \(context.actor), \(context.trace.traceparent))
            """
    }

    /// The statement that writes several events of one type, in order.
    static func insert(_ events: [some ServiceEvent], tenant: UniversityID?, context: RequestContext) -> SQL {
        insert(events.flatMap(\.outboxRows), tenant, context)
    }

    private static func insert(_ rows: [OutboxRow], _ tenant: UniversityID?, _ context: RequestContext) -> SQL {
        """
        INSERT INTO outbox (event_id, type, version, aggregate, data, notice, tenant_id, actor, traceparent)
        SELECT event_id, type, version, aggregate, data, nullif(notice, 'null'), \(tenant), \(context.actor), \
        \(context.trace.traceparent)
        FROM unnest(\(rows.map(\.id)), \(rows.map(\.type)), \(rows.map(\.version)), \(rows.map(\.aggregate)), \
        \(rows.map(\.data)), \(rows.map { $0.notice ?? RawJSON.placeholder })) WITH ORDINALITY AS \
        new (event_id, type, version, aggregate, data, notice, place)
        ORDER BY place
        """
    }

    /// Numbers the committed events that have no position yet.
    ///
    /// - Returns: Those events in order; empty when there are none or another relay took them.
    func assignPositions(limit: Int) async throws -> EventBatch {
        try await database.transaction(scope: .none) { transaction in
            // The lock comes first, in a statement of its own: the next one then sees all that earlier holders committed.
            let state = try await transaction.one("SELECT epoch, position FROM outbox_state FOR UPDATE")
            let epoch: String = try state["epoch"]
            let last: Int64 = try state["position"]
            let rows = try await transaction.query(
                """
                WITH next AS (
                    SELECT id, row_number() OVER (ORDER BY id) AS rank
                    FROM (SELECT id FROM outbox WHERE position IS NULL ORDER BY id LIMIT \(limit)) AS waiting
                ), numbered AS (
                    UPDATE outbox SET position = \(last) + next.rank FROM next WHERE outbox.id = next.id
                    RETURNING \(raw: Self.columns)
                ), counted AS (
                    UPDATE outbox_state SET position = position + (SELECT count(*) FROM next)
                )
                SELECT \(raw: Self.columns) FROM numbered ORDER BY position
                """
            )
            let events = try rows.readable { try MeshEvent($0, source: service, epoch: epoch) }
            return EventBatch(epoch: epoch, lastPosition: last + Int64(rows.count), events: events)
        }
    }

    /// The numbered events after a position, up to a few megabytes together, and the last position assigned.
    func events(after position: Int64, limit: Int) async throws -> EventBatch {
        async let state = database.query("SELECT epoch, position FROM outbox_state", scope: .none)
        let next: SQL = """
            SELECT \(raw: Self.columns), \
            octet_length(data::text) + coalesce(octet_length(notice::text), 0) AS row_bytes
            FROM outbox WHERE position > \(position) ORDER BY position LIMIT \(limit)
            """
        let rows = try await database.query(next.first(bytes: Keyset.maximumBytes, by: "position"), scope: .none)
        guard let state = try await state.first else { throw ServiceError(.internalError) }
        let epoch: String = try state["epoch"]
        return EventBatch(
            epoch: epoch,
            lastPosition: try state["position"],
            events: try rows.readable { try MeshEvent($0, source: service, epoch: epoch) }
        )
    }

    /// Begins a new epoch if a reader has seen an event that this outbox does not have: its database was set back.
    ///
    /// Positions of the lost events are given out a second time, and readers would pass over those that get them.
    ///
    /// - Parameter seen: The reader's evidence; of another epoch, or older than what is kept, it proves nothing.
    /// - Returns: `true` if this call has begun a new epoch.
    /// - Throws: `PostgresError`.
    func restart(behind seen: SeenEvent) async throws -> Bool {
        try await database.execute(
            """
            UPDATE outbox_state SET epoch = gen_random_uuid()::text
            WHERE epoch = \(seen.epoch) AND (position < \(seen.position) OR EXISTS (
                SELECT FROM outbox WHERE outbox.position = \(seen.position) AND event_id <> \(seen.id)
            ))
            """,
            scope: .none
        ) == 1
    }

    private static let columns =
        "event_id, type, version, aggregate, data, notice, tenant_id, actor, traceparent, created_at, position"
}

extension MeshEvent {
    init(_ row: PostgresRow, source: String, epoch: String) throws {
        let id: EventID = try row["event_id"]
        let data: RawJSON = try row["data"]
        let notice: RawJSON? = try row["notice"]
        let tenant: UniversityID? = try row["tenant_id"]
        let traceparent: String? = try row["traceparent"]
        let time: Timestamp = try row["created_at"]
        let aggregate: String = try row["aggregate"]
        self.init(
            id: id.description,
            source: source,
            type: try row["type"],
            version: try row["version"],
            subject: aggregate,
            time: time.description,
            tenantID: tenant?.description,
            actor: try row["actor"],
            trace: traceparent.flatMap(TraceContext.init(traceparent:)),
            aggregate: aggregate,
            position: try row["position"],
            epoch: epoch,
            data: data.bytes,
            notice: notice?.bytes ?? []
        )
    }
}

/// A row to write: an event, or a further page of the people that it notifies.
private struct OutboxRow {
    let id: EventID
    let type: String
    let version: Int
    let aggregate: String
    let data: RawJSON
    let notice: RawJSON?
}

extension ServiceEvent {
    /// The event's rows: one, or more where it notifies more people than one event carries.
    fileprivate var outboxRows: [OutboxRow] {
        let id = EventID()
        let pages = notice?.pages(of: FactReference(id: id, type: Self.type)) ?? []
        let event = OutboxRow(
            id: id,
            type: Self.type,
            version: Self.version,
            aggregate: aggregate,
            data: RawJSON(bytes: jsonBytes),
            notice: pages.first.map { RawJSON(bytes: $0.jsonBytes) }
        )
        let further = pages.dropFirst().map { page in
            OutboxRow(
                id: EventID(),
                type: Notice.pageType,
                version: 1,
                aggregate: aggregate,
                data: RawJSON(bytes: JSONValue.object(JSONObject()).bytes),
                notice: RawJSON(bytes: page.jsonBytes)
            )
        }
        return [event] + further
    }
}

/// An event that a reader has seen at a position.
///
/// It is sent with `events.pull`, so that a producer that was set back notices.
struct SeenEvent: Sendable, Equatable {
    let epoch: String
    let position: Int64
    /// `nil` where only the position is known.
    let id: EventID?

    init(epoch: String, position: Int64, id: EventID?) {
        self.epoch = epoch
        self.position = position
        self.id = id
    }

    /// Reads the member `seen` of a request; `nil` if it names no position.
    init?(_ json: JSONValue) {
        guard let epoch = json["epoch"]?.stringValue, let position = json["position"]?.intValue else { return nil }
        self.init(epoch: epoch, position: Int64(position), id: json["id"]?.stringValue.flatMap(EventID.init))
    }

    /// The member `seen` of a request.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [("epoch", .string(epoch)), ("position", .integer(position))]
        if let id { members.append(("id", .string(id.description))) }
        return .object(JSONObject(members))
    }
}

/// Wakes the relay; several raises before it looks count as one.
final class OutboxSignal: Sendable {
    let raises: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (raises, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func raise() { continuation.yield() }
    func finish() { continuation.finish() }
}
