import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// A service of the last release.
private enum Released {
    struct Lend: ServiceOperation {
        static let contract = Contract("lab.books.lend", access: .services, "Lends a book", errors: [.conflict])
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
        static let contract = Contract("lab.books.lend", access: .services, "Lends a book", errors: [.conflict])
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
        let description = ServiceDescription(service: "lab", version: "1", operations: [operation], events: [event])
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
            .with(["paths", "lab.books.lend", "call", "x-version"], 2)
            .with(["paths", "lab.book.returned", "event", "x-version"], 2)
        #expect(APIComparison(released: released, present: raised).breaks == [])
    }

    @Test("Refusals, replies and what goes altogether are reported as well")
    func others() {
        let call = ["paths", "lab.books.lend", "call"]
        func breaks(_ path: [String], _ value: JSONValue?) -> [String] {
            APIComparison(released: released, present: released.with(path, value)).breaks.map(\.change)
        }
        #expect(breaks(call + ["responses", "409"], nil) == ["refuses with 409 CONFLICT no more"])
        #expect(breaks(call + ["responses", "200"], nil) == ["answers 200 no more"])
        #expect(breaks(["paths", "lab.book.returned"], nil) == ["is gone"])
    }

    @Test("The released ones name every operation without a route and every event that there is")
    func completeness() async throws {
        let repository = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let released = try await APIDocument.read("\(repository)/\(InternalContracts.file)")
        var declared: Set<String> = []
        let contracts = "\(repository)/Libraries/Contracts"
        for file in try FileManager.default.subpathsOfDirectory(atPath: contracts) where file.hasSuffix(".swift") {
            let source = readText("\(contracts)/\(file)") ?? ""
            if source.contains("access: .services") {
                let names = source.matches(of: /Contract\(\s*"([^"]+)"/).map { String($0.1) }
                #expect(!names.isEmpty, "\(file)")
                // A declaration shared by several services names each of them.
                let owners = source.matches(of: /static let service = "([^"]+)"/).map { String($0.1) }
                for name in names {
                    let marks = #"\(Owner.service)"#
                    declared.formUnion(
                        name.contains(marks) ? owners.map { name.replacing(marks, with: $0) } : [name]
                    )
                }
            }
            // Daemons list what they emit; one that forgets a type leaves it out here.
            declared.formUnion(source.matches(of: /static let type = "([^"]+)"/).map { String($0.1) })
        }
        #expect(declared.count > 20)
        #expect(Set(released["paths"]?.objectValue?.names ?? []) == declared)
    }
}
