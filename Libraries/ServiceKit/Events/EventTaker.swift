import Contracts
import Mesh

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
        // Only a page stands for another event's fact.
        let fact = event.type == Notice.pageType ? notice.fact : nil
        if let fact { metadata.id = fact.id }
        try await handler.deliver(notice, of: fact?.type ?? event.type, metadata: metadata, in: transaction)
    }
}

/// Takes in the notice that an event carries, and then its data.
struct WholeTaker: EventTaker {
    let notices: NoticeTaker
    let data: any EventTaker

    func apply(_ event: MeshEvent, in transaction: ServiceTransaction) async throws {
        try await notices.apply(event, in: transaction)
        try await data.apply(event, in: transaction)
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
