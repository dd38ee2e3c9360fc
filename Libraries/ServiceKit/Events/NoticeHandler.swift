public import Contracts
import Mesh

/// Notifies people of facts, whichever service they happened in.
public protocol NoticeHandler: Sendable {
    /// Adds a notice to its recipients' inboxes.
    ///
    /// As with `EventHandler`, a thrown error rolls everything back, and a second time must change nothing more.
    ///
    /// - Parameters:
    ///   - notice: The people and what to tell them: one page of a large audience.
    ///   - type: The type of the fact's event.
    ///   - metadata: What comes with the fact; the id is the same for all pages.
    ///   - transaction: Where to change tables. Several events may share it.
    /// - Throws: The reason why the notice can't be taken in.
    func deliver(
        _ notice: Notice,
        of type: String,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws
}

/// Takes in an event as it travels.
protocol EventTaker: Sendable {
    func apply(_ event: MeshEvent, in transaction: ServiceTransaction) async throws
}

/// Takes in the data of an event.
struct DataTaker<Handler: EventHandler>: EventTaker {
    let handler: Handler

    func apply(_ event: MeshEvent, in transaction: ServiceTransaction) async throws {
        let data = try Handler.Event(jsonBytes: event.data)
        try await handler.handle(data, metadata: EventMetadata(event), in: transaction)
    }
}

/// Takes in the notice that an event carries.
struct NoticeTaker: EventTaker {
    let handler: any NoticeHandler

    func apply(_ event: MeshEvent, in transaction: ServiceTransaction) async throws {
        guard event.notice.count <= Notice.maximumBytes else {
            throw ValidationError("notice", .tooLong, "A notice must have at most \(Notice.maximumBytes) bytes.")
        }
        let notice = try Notice(jsonBytes: event.notice)
        guard notice.recipients.count <= Notice.maximumRecipients else {
            let fault = "An event must notify at most \(Notice.maximumRecipients) people."
            throw ValidationError("notice.recipients", .tooLong, fault)
        }
        var metadata = try EventMetadata(event)
        if let fact = notice.fact { metadata.id = fact.id }
        try await handler.deliver(notice, of: notice.fact?.type ?? event.type, metadata: metadata, in: transaction)
    }
}

extension EventMetadata {
    init(_ event: MeshEvent) throws(ValidationError) {
        guard let id = EventID(event.id), let time = Timestamp(event.time) else {
            throw ValidationError("id", .badFormat, "The event's id or time cannot be read.")
        }
        self.init(id: id, time: time, tenant: event.tenantID.flatMap(UniversityID.init))
    }
}
