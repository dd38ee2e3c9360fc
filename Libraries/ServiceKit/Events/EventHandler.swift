public import Contracts
import Mesh
import Postgres

/// Takes in one type of event, exactly once in effect: its changes and the note that it was seen commit together.
public protocol EventHandler: Sendable {
    associatedtype Event: ServiceEvent

    /// Changes the service's own tables.
    ///
    /// A thrown error rolls them back. The event is then tried again: without a limit where the database or another
    /// service is at fault, and a few times where the event is. After a producer's database was restored, events that
    /// were taken in before come again, with the same id: a second time must change nothing more.
    ///
    /// - Parameters:
    ///   - event: The event's data.
    ///   - metadata: What comes with it.
    ///   - transaction: Where to change tables. Several events may share it.
    /// - Throws: Whatever keeps the event from being taken in.
    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws
}

/// The metadata of an event.
public struct EventMetadata: Sendable {
    public internal(set) var id: EventID
    public let time: Timestamp
    public let tenant: UniversityID?
}

extension EventHandler {
    static var event: any ServiceEvent.Type { Event.self }

    var taker: any EventTaker { DataTaker(handler: self) }
}

/// Decides what this release does with each type of a producer's events.
struct EventSelection: Sendable {
    enum Choice: Sendable {
        case handle(any EventTaker)
        /// It is kept for a release that can read it; the text says why this one can't.
        case awaitRelease(String)
        /// Nobody here wants it.
        case pass
    }

    private let handlers: [String: any EventHandler]
    /// The producer's types that this release's contracts list.
    private let known: Set<String>
    /// The subjects of the handled types: `society.registration` of `society.registration.approved`.
    private let subjects: Set<String>
    /// Takes in the notices of events of any type.
    private let notices: NoticeTaker?

    /// - Parameters:
    ///   - handlers: One for each type that is taken in, all of one producer.
    ///   - known: All types of the producer that this release knows. A type beyond them is kept if this service takes
    ///     in others of its subject, since the release that brings it may take it in as well.
    ///   - notices: Takes in the notice of every event that carries one, beside the handler of its type; `nil` where the
    ///     producer's events notify nobody.
    init(
        _ handlers: [any EventHandler],
        known: [any ServiceEvent.Type] = [],
        notices: (any NoticeHandler)? = nil
    ) {
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { (type(of: $0).event.type, $0) })
        self.known = Set(known.map { $0.type }).union(self.handlers.keys)
        subjects = Set(self.handlers.keys.map(Self.subject))
        self.notices = notices.map(NoticeTaker.init)
    }

    /// Chooses what becomes of an event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - subscribed: The types that some release of this service takes in, newer ones included.
    /// - Returns: The choice: it is taken in now, waits for a release that knows it, or is passed over.
    func choice(for event: MeshEvent, subscribed: Set<String>) -> Choice {
        let notices = event.notice.isEmpty ? nil : notices
        if let handler = handlers[event.type] {
            let readable = type(of: handler).event.version
            guard event.version > readable else {
                guard let notices else { return .handle(handler.taker) }
                return .handle(WholeTaker(notices: notices, data: handler.taker))
            }
            return .awaitRelease("it is of version \(event.version), and this release reads \(readable)")
        }
        if let notices { return .handle(notices) }
        if subscribed.contains(event.type) { return .awaitRelease("only a newer release takes in \(event.type)") }
        guard !known.contains(event.type), subjects.contains(Self.subject(of: event.type)) else { return .pass }
        return .awaitRelease("this release does not know \(event.type)")
    }

    /// The types that are taken in here, with the newest version of each that is understood.
    var versions: [(name: String, version: Int)] {
        handlers.map { (name: $0.key, version: type(of: $0.value).event.version) }.sorted { $0.name < $1.name }
    }

    /// The types that this release knows and does not take in.
    var ignored: [String] { known.subtracting(handlers.keys).sorted() }

    private static func subject(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return name }
        return String(name[..<dot])
    }
}
