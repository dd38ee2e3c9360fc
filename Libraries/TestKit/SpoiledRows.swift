public import Contracts
import HTTPTypes
import Mesh
public import Postgres
public import ServiceKit

/// A list, a statement that makes one of its rows unreadable, and the read of that row alone.
public struct SpoiledList: Sendable {
    let request: any ServiceOperation
    let user: RequestContext.User?
    let spoil: SQL
    let single: (any ServiceOperation)?

    /// A list whose rows cannot be read alone.
    ///
    /// - Parameters:
    ///   - list: Requests a list that has at least three items.
    ///   - user: The requesting user.
    ///   - spoil: Makes exactly one row of the list unreadable, bypassing every policy.
    public init(_ list: some ServiceOperation, as user: RequestContext.User?, spoil: SQL) {
        request = list
        single = nil
        (self.user, self.spoil) = (user, spoil)
    }

    /// - Parameters:
    ///   - list: Requests a list that has at least three items.
    ///   - user: The requesting user.
    ///   - single: Reads the row alone.
    ///   - spoil: Makes exactly one row of the list unreadable, bypassing every policy.
    public init(
        _ list: some ServiceOperation,
        as user: RequestContext.User?,
        single: some ServiceOperation,
        spoil: SQL
    ) {
        request = list
        self.single = single
        (self.user, self.spoil) = (user, spoil)
    }
}

/// Checks for every list of a service that an unreadable row is left out of it, and answers 500 when read alone.
public struct SpoiledRows: Sendable {
    private let service: WalkedService
    private let superuser: Database

    /// - Parameters:
    ///   - service: The service whose lists are read.
    ///   - superuser: The service's database, bypassing every policy.
    public init(of service: WalkedService, superuser: Database) {
        self.service = service
        self.superuser = superuser
    }

    /// Spoils a row of every list.
    ///
    /// - Parameter lists: One for each list that clients may request.
    /// - Returns: The faults, and the lists that were not given; empty if there are none.
    /// - Throws: PostgreSQL's error if a row cannot be spoiled.
    public func faults(_ lists: [SpoiledList]) async throws -> [String] {
        let given = Set(lists.map { type(of: $0.request).contract.name })
        var faults = service.api.operations
            .filter { $0.contract.route != nil && $0.answersPages && !given.contains($0.contract.name) }
            .map { "\($0.contract.name): no row of it is spoiled" }
        for list in lists {
            faults += try await self.faults(list).map { "\(type(of: list.request).contract.name): \($0)" }
        }
        return faults
    }

    private func faults(_ list: SpoiledList) async throws -> [String] {
        let before = try await items(of: list, limit: 100)
        guard before.count >= 3 else { return ["it has \(before.count) items to begin with"] }
        let counted = UnreadableRows.shared.count
        let spoiled = try await superuser.execute(list.spoil, scope: .platform)
        guard spoiled == 1 else { return ["\(spoiled) rows were spoiled"] }
        var faults: [String] = []
        for limit in [1, 2, 100] {
            let after = try await items(of: list, limit: limit)
            let missing = before.filter { !after.contains($0) }
            if missing.count != 1 || after != before.filter({ $0 != missing.first }) {
                faults.append("by \(limit), \(after.count) of \(before.count) items are shown")
            }
        }
        if UnreadableRows.shared.count < counted + 3 { faults.append("the row is not counted") }
        if let single = list.single {
            let reply = await service.send(single, by: list.user)
            if reply.status != 500 || reply.failure?.details.isEmpty == false {
                faults.append("\(type(of: single).contract.name) answers \(reply.status) \(reply.failure?.code ?? "")")
            }
        }
        return faults
    }

    /// The list's items as clients see them, page by page.
    private func items(of list: SpoiledList, limit: Int) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: JSONValue?
        repeat {
            var request = try JSONParser.parse(list.request.jsonBytes).objectValue ?? JSONObject()
            request["limit"] = .integer(limit)
            request["page"] = nil
            request["cursor"] = cursor
            let contract = type(of: list.request).contract
            let reply = await service.send(contract, JSONValue.object(request).bytes, by: list.user)
            guard reply.status == 200 else { throw SpoiledListError(reply.status, reply.failure?.code) }
            let page = try JSONParser.parse(reply.body)
            items += page["data"]?.arrayValue ?? []
            cursor = page["pagination"]?["nextCursor"]
            if cursor == .null { cursor = nil }
        } while cursor != nil && items.count < 1_000
        return items
    }
}

/// A list was refused.
private struct SpoiledListError: Error, CustomStringConvertible {
    let description: String
    init(_ status: Int, _ code: String?) { description = "the list answers \(status) \(code ?? "")" }
}

extension ServiceOperation {
    fileprivate static var answersPages: Bool { "\(Reply.self)".hasPrefix("Page<") }
}
