import Contracts
import Mesh
import Postgres

/// The commands of an operator for events that could not be taken in.
public enum EventsCommand: Equatable, Sendable {
    case list
    case show(String)
    /// `nil` for all that wait for an operator.
    case redrive(String?)
    case discard(String)
    /// Ends the alarm about events of a producer that expired before they were read.
    case acknowledge(String)
    /// Skips a type of a producer that only a release which was rolled back takes in.
    case skip(producer: String, type: String)

    static let usage =
        "list, show ID, redrive ID, redrive --all, discard ID, acknowledge PRODUCER, skip PRODUCER TYPE"

    /// Reads what `usage` names.
    init?(_ arguments: [String]) {
        switch (arguments.first, arguments.count) {
        case ("list", 1): self = .list
        case ("show", 2): self = .show(arguments[1])
        case ("redrive", 2): self = .redrive(arguments[1] == "--all" ? nil : arguments[1])
        case ("discard", 2): self = .discard(arguments[1])
        case ("acknowledge", 2): self = .acknowledge(arguments[1])
        case ("skip", 3): self = .skip(producer: arguments[1], type: arguments[2])
        default: return nil
        }
    }

    /// Carries it out and tells what came of it.
    ///
    /// - Throws: `NoSuchEvent`, `NothingMissed`, `NotSubscribed`, or what the database says.
    func run(_ parked: ParkedEvents) async throws -> String {
        switch self {
        case .list:
            let missed = try await ConsumerCursors(database: parked.database).missed().map {
                "\($0.count) events of \($0.producer) expired before they were read"
            }
            let entries = try await parked.all()
            let lines = missed + entries.map(\.line)
            return lines.isEmpty ? "No event is set aside." : lines.joined(separator: "\n")
        case .show(let id):
            guard let entry = try await parked.find(id) else { throw NoSuchEvent(id: id) }
            return String(decoding: entry.cloudEvent.bytes, as: UTF8.self)
        case .redrive(let id):
            let count = try await parked.redrive(id)
            guard count > 0 || id == nil else { throw NoSuchEvent(id: id ?? "") }
            return "\(count) to be tried again, within some seconds, where the service runs."
        case .discard(let id):
            guard try await parked.discard(id) else { throw NoSuchEvent(id: id) }
            return "\(id) was removed; those behind it go on."
        case .acknowledge(let producer):
            guard try await ConsumerCursors(database: parked.database).acknowledge(producer) else {
                throw NothingMissed(producer: producer)
            }
            return "The missed events of \(producer) are acknowledged."
        case .skip(let producer, let type):
            // First, so that a running consumer keeps no more of them.
            let isKnown = try await ConsumerCursors(database: parked.database).unsubscribe(from: type, of: producer)
            let count = try await parked.skip(type, of: producer)
            guard isKnown || count > 0 else { throw NotSubscribed(producer: producer, type: type) }
            return "\(count) events of type \(type) were removed; those behind them go on."
        }
    }
}

/// No event of that id has failed.
struct NoSuchEvent: Error, CustomStringConvertible {
    let id: String
    var description: String { "no event \(id) is set aside, or it waits behind another one" }
}

/// No event of that producer expired before it was read.
struct NothingMissed: Error, CustomStringConvertible {
    let producer: String
    var description: String { "no event of \(producer) was missed" }
}

/// No release takes in the type, and no event of it awaits one.
struct NotSubscribed: Error, CustomStringConvertible {
    let producer: String
    let type: String
    var description: String { "no release takes in \(type) of \(producer), and no event of it awaits one" }
}

extension ParkedEvents.Entry {
    private var state: String {
        if awaitsRelease { return "awaits a release" }
        if isGivenUp { return "given up after \(attempts)" }
        return attempts > 0 ? "attempt \(attempts)" : "waits"
    }

    fileprivate var line: String {
        "\(id)  \(producer) \(position)  \(type)  \(aggregate)  \(state)  since \(parkedAt)  \(cause)"
    }

    /// CloudEvents 1.0, JSON format, with our extensions in lower case as it demands.
    fileprivate var cloudEvent: JSONValue {
        var members: [(String, JSONValue)] = [
            ("specversion", "1.0"), ("id", .string(event.id)),
            ("source", .string(event.source.isEmpty ? producer : event.source)), ("type", .string(event.type)),
            ("time", .string(event.time)), ("datacontenttype", .string(event.dataContentType)),
        ]
        if let subject = event.subject ?? event.aggregate { members.append(("subject", .string(subject))) }
        if let trace = event.trace { members.append(("traceparent", .string(trace.traceparent))) }
        if let tenant = event.tenantID { members.append(("tenantid", .string(tenant))) }
        if let actor = event.actor { members.append(("actor", .string(actor))) }
        members += [
            ("version", .integer(event.version)), ("position", .integer(event.position)), ("state", .string(state)),
            ("cause", .string(cause)),
            ("data", (try? JSONParser.parse(event.data)) ?? .null),  // a producer's fault is what is being looked at
            ("notice", (try? JSONParser.parse(event.notice)) ?? .null),  // and most events have none
        ]
        return .object(JSONObject(members))
    }
}
