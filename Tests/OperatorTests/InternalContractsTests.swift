import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// A service of the last release.
private enum Released {
    struct Lend: ServiceOperation {
        static let contract = Contract("lab.books.lend", access: .services, "Lend a book", errors: [.conflict])
        let book: String
        typealias Reply = List<String>
    }

    struct Returned: ServiceEvent {
        static let type = "lab.book.returned"
        static let producer = "lab"
        let book: String
        let late: Bool
        var aggregate: String { book }
    }
}

/// The same one, changed: what is lent has to say until when, and nobody is told any more what came back late.
private enum Present {
    struct Lend: ServiceOperation {
        static let contract = Contract("lab.books.lend", access: .services, "Lend a book", errors: [.conflict])
        let book: String
        let until: Timestamp
        typealias Reply = List<String>
    }

    struct Returned: ServiceEvent {
        static let type = "lab.book.returned"
        static let producer = "lab"
        let book: String
        var aggregate: String { book }
    }
}

@Suite("What services send each other")
struct InternalContractsTests {
    private typealias Break = APIComparison.Break

    private static func document(
        _ operation: any ServiceOperation.Type,
        _ event: any ServiceEvent.Type
    ) throws -> JSONValue {
        let description = ServiceDescription(
            of: ServiceAPI("lab", operations: [operation], events: [event]),
            version: "1"
        )
        return InternalContracts.document(of: [try ServiceDescription(jsonBytes: description.jsonBytes)])
    }

    private let released: JSONValue
    private let present: JSONValue

    init() throws {
        released = try Self.document(Released.Lend.self, Released.Returned.self)
        present = try Self.document(Present.Lend.self, Present.Returned.self)
    }

    @Test("A member that an event lost and one that a request requires are reported")
    func breaks() {
        #expect(APIComparison(released: released, present: released).breaks == [])
        #expect(
            APIComparison(released: released, present: present).breaks == [
                Break(operation: "lab.book.returned", change: "reply.late is gone"),
                Break(operation: "lab.books.lend", change: "body.until is required"),
            ]
        )
        // The other way round, the event gained a member and the request became freer, but for what it still sends.
        #expect(
            APIComparison(released: present, present: released).breaks == [
                Break(operation: "lab.books.lend", change: "body.until is gone")
            ]
        )
    }

    @Test("With their versions raised, both are accepted")
    func versions() {
        let raised =
            present
            .with(["paths", "lab.books.lend", "call", "x-contract", "version"], 2)
            .with(["paths", "lab.book.returned", "event", "x-contract", "version"], 2)
        #expect(APIComparison(released: released, present: raised).breaks == [])
    }

    @Test("Refusals, replies and what goes altogether are reported as well")
    func others() {
        let call = ["paths", "lab.books.lend", "call"]
        func breaks(_ path: [String], _ value: JSONValue?) -> [String] {
            APIComparison(released: released, present: released.with(path, value)).breaks.map(\.change)
        }
        #expect(breaks(call + ["x-contract", "errors"], nil) == ["refuses with 409 CONFLICT no more"])
        #expect(breaks(call + ["responses", "200"], nil) == ["answers 200 no more"])
        #expect(breaks(["paths", "lab.book.returned"], nil) == ["is gone"])
    }

    @Test("The released ones name every operation without a route and every event that there is")
    func completeness() async throws {
        let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let released = try await APIDocument.read("\(repository)/\(InternalContracts.file)")
        var declared: Set<String> = []
        let contracts = "\(repository)/Libraries/Contracts"
        let sources = try FileManager.default.subpathsOfDirectory(atPath: contracts).filter { $0.hasSuffix(".swift") }
            .map { readText("\(contracts)/\($0)") ?? "" }
        /// Finds the services whose lists name an operation.
        func owners(of operation: Substring) -> [Substring] {
            sources.filter { $0.contains(" \(operation).self") }
                .flatMap { $0.matches(of: /ServiceAPI\(\s*"([^"]+)"/).map { $0.1 } }
        }
        for source in sources {
            let reserved = source.matches(of: /struct (\w+): ReservedOperation \{[^"]*Contract\(\s*"([^"]+)"/)
            for match in reserved {
                #expect(!owners(of: match.1).isEmpty, "\(match.1)")
                declared.formUnion(owners(of: match.1).map { "\($0).\(match.2)" })
            }
            if reserved.isEmpty, source.contains("access: .services") {
                declared.formUnion(source.matches(of: /Contract\(\s*"([^"]+)"/).map { String($0.1) })
            }
            // Daemons list what they emit; one that forgets a type leaves it out here.
            declared.formUnion(source.matches(of: /static let type = "([^"]+)"/).map { String($0.1) })
        }
        #expect(declared.count > 20)
        #expect(Set(released["paths"]?.objectValue?.names ?? []) == declared)
    }

    /// The most elements that callers send in each list of a call between services.
    private static let sentElements = [
        "auth.profile.apply-update values": 1,  // an approved update
        "auth.profile.get-fields paths": 500,  // a form's questions, each of one field
        "auth.users.lookup ids": 100,  // a page
        "forms.responses.submit answers": 1_000,  // a registration's, which have the same limit
        "forms.responses.submit updateProfile": 1_000,
        "notifier.realtime.connect positions": 128,  // a connection's, which the gateway counts
    ]

    @Test("No caller sends more elements in a list than the called service accepts")
    func listsInCalls() async throws {
        let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let released = try await APIDocument.read("\(repository)/\(InternalContracts.file)")
        let components = released["components"]?["schemas"] ?? [:]
        var limits: [String: Int] = [:]
        for (name, path) in released["paths"]?.objectValue?.members ?? [] {
            let content = path["call"]?["requestBody"]?["content"]?.objectValue?.members ?? []
            for schema in content.compactMap({ $0.value["schema"] }) {
                for (place, limit) in Self.lists(in: schema, components) { limits["\(name) \(place)"] = limit }
            }
        }
        #expect(Set(limits.keys) == Set(Self.sentElements.keys), "each list states what its callers send")
        for (place, count) in Self.sentElements { #expect(count <= limits[place] ?? 0, "\(place)") }
    }

    /// The lists and dictionaries within a schema, each with the number of elements that it may have.
    private static func lists(
        in schema: JSONValue,
        at path: [String] = [],
        _ components: JSONValue,
        below names: Set<String> = []
    ) -> [(place: String, limit: Int)] {
        if let name = schema.referencedName {
            guard !names.contains(name), let target = components[name] else { return [] }
            return lists(in: target, at: path, components, below: names.union([name]))
        }
        var found: [(place: String, limit: Int)] = []
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        if let limit = schema["maxItems"] ?? schema["maxProperties"] {
            found.append((path.joined(separator: "."), limit.intValue ?? 0))
        } else if types.contains("array") || schema["additionalProperties"] != nil {
            found.append((path.joined(separator: "."), 0))
        }
        for (name, member) in schema["properties"]?.objectValue?.members ?? [] {
            found += lists(in: member, at: path + [name], components, below: names)
        }
        let parts = [schema["items"], schema["additionalProperties"]].compactMap { $0 }
        for part in parts + (schema["anyOf"]?.arrayValue ?? []) {
            found += lists(in: part, at: path, components, below: names)
        }
        return found
    }
}
