import Contracts
import HTTPTypes
import Mesh
import ServiceKit

/// Checks that values at the limits of a service's contract types read back everywhere if accepted, and are refused at
/// their fields if not.
///
/// Each case takes a request that succeeds, replaces some of its members with extremes of their types, and reads the
/// result through every GET whose address follows from the request's or from its reply's `Location`.
public struct ExtremeRequests: Sendable {
    private let service: WalkedService
    private let calls: [SampleCall]

    private struct Outcome {
        var isAccepted = false
        var faults: [String] = []
    }

    /// - Parameters:
    ///   - service: The service whose behaviour is compared with its contracts.
    ///   - calls: Its writes; those without members beside the address are skipped.
    public init(of service: WalkedService, calls: [SampleCall]) {
        self.service = service
        self.calls = calls.filter { call in
            call.members.contains { !(call.contract.route?.pathFields ?? []).contains($0.name) }
        }
    }

    /// Tries one request for each seed.
    ///
    /// - Parameter seeds: Each determines the operation and every value.
    /// - Returns: The faults, each with the seed that reproduces it; empty if there are none.
    /// - Throws: Errors from preparing a request, and `PostgresError`.
    public func faults(_ seeds: [Seed]) async throws -> [String] {
        var faults: [String] = []
        var accepted = 0
        for seed in seeds {
            let call = calls[Int(seed.value % UInt64(calls.count))]
            let outcome = try await self.outcome(of: call, seed)
            accepted += outcome.isAccepted ? 1 : 0
            faults += outcome.faults.map { "\(seed) \(call.contract.name): \($0)" }
        }
        faults += try await service.unreadableEvents()
        if seeds.count >= 100, accepted < seeds.count / 4 { faults.append("only \(accepted) requests were accepted") }
        return faults
    }

    private func outcome(of call: SampleCall, _ seed: Seed) async throws -> Outcome {
        let made = try await call.make()
        _ = service.errors.take()
        guard let body = extreme(of: made, call, seed) else { return Outcome() }
        let reply = await service.send(call.contract, JSONValue.object(body).bytes, by: made.user)
        var outcome = Outcome()
        if reply.failure != nil {
            outcome.faults = refusalFaults(reply, call)
        } else {
            outcome.isAccepted = true
            outcome.faults = try await readingFaults(after: reply, to: body, made, call)
        }
        outcome.faults += service.errors.take()
        return outcome
    }

    /// The request with extremes in place of about half of its members.
    ///
    /// Keeps ids of existing entities, and adds none of entities that do not exist.
    private func extreme(of made: MadeCall, _ call: SampleCall, _ seed: Seed) -> JSONObject? {
        var random = SeededGenerator(seed: ~seed.value)
        let path = call.contract.route?.pathFields ?? []
        var components = SchemaComponents()
        let id = Identifier<Never>.schema(&components)
        let ids = call.members.filter { [id, SchemaComponents.nullable(id)].contains($0.schema) }.map(\.name)
        let kept = made.members.members.filter { member in
            path.contains(member.name) || ids.contains(member.name) || Bool.random(using: &random)
        }
        let fixed = JSONObject(kept.map { ($0.name, $0.value) })
        var result = call.extreme(seed, fixed, made.members)?.objectValue
        for name in ids where made.members[name] == nil { result?[name] = nil }
        return result
    }

    private func refusalFaults(_ reply: MeshReply, _ call: SampleCall) -> [String] {
        guard reply.status < 500 else { return ["is answered \(reply.text)"] }
        guard reply.failure?.code == ErrorCode.validation.code else { return [] }
        let details = reply.failure?.details ?? []
        let foreign = details.filter { detail in
            !detail.field.isEmpty && !call.members.contains { detail.field.hasSameBytes(asPrefix: $0.name) }
        }
        return details.isEmpty || !foreign.isEmpty ? ["no field of the request is named: \(reply.text)"] : []
    }

    // MARK: - Reading back

    private func readingFaults(
        after reply: MeshReply,
        to body: JSONObject,
        _ made: MadeCall,
        _ call: SampleCall
    ) async throws -> [String] {
        var faults: [String] = []
        do { try call.readReply(reply.body) } catch { faults.append("its reply does not read: \(error)") }
        // What was deleted is not there to be read.
        guard let route = call.contract.route, route.method != .delete else { return faults }
        let written = Route.path(of: route.template).filled(with: body)
        let addresses = [reply.headers.first(named: "location"), written].compactMap(\.self)
        for operation in service.api.operations {
            guard let get = operation.contract.route, get.method == .get,
                let request = addresses.lazy.compactMap({ get.members(at: $0) }).first
            else { continue }
            let address = Route.path(of: get.template).filled(with: request)
            let item = addresses.first { $0.hasPrefix(address + "/") && $0.dropFirst(address.count + 1).isOneSegment }
            let id = item.map { String($0.dropFirst(address.count + 1)) }
            faults += try await readingFaults(operation, request, made, item: id).map { "GET \(address) \($0)" }
        }
        return faults
    }

    /// The faults of one GET, for every user who may read.
    private func readingFaults<Operation: ServiceOperation>(
        _ operation: Operation.Type,
        _ request: JSONObject,
        _ made: MadeCall,
        item: String?
    ) async throws -> [String] {
        var faults: [String] = []
        var isShown = false
        var isListed = false
        for reader in [made.user] + made.readers {
            var request = request
            for _ in 0..<20 {
                let reply = await service.send(Operation.contract, JSONValue.object(request).bytes, by: reader)
                guard reply.failure == nil else {
                    // Drafts have no answers and outsiders no rights, but the request itself is valid.
                    if ![401, 403, 404, 409].contains(reply.status) { faults.append("is answered \(reply.text)") }
                    break
                }
                do { _ = try Operation.Reply.read(body: reply.body) } catch { faults.append("does not read: \(error)") }
                guard Operation.Reply.contentType == "application/json", let item else { break }
                let envelope = try JSONParser.parse(reply.body)
                guard let elements = envelope["data"]?.arrayValue else { break }
                isListed = true
                isShown = isShown || elements.contains { $0["id"]?.stringValue == item || $0["id"] == nil }
                guard !isShown, let next = envelope["pagination"]?["nextCursor"], next != .null else { break }
                request["cursor"] = next
            }
        }
        if isListed, !isShown, UserID(item ?? "") != nil { faults.append("does not list \(item ?? "")") }
        return faults
    }
}

extension Route {
    /// The members of a request whose address begins as this one does; `nil` if it lacks some that stand in the path.
    fileprivate func members(at address: String) -> JSONObject? {
        let segments = address.split(separator: "/")
        var members = JSONObject()
        for (index, part) in Route.path(of: template).split(separator: "/").enumerated() {
            let isField = part.first == "{"
            guard index < segments.count, isField || part == segments[index] else {
                // The rest is the same whatever the address names.
                return pathFields.allSatisfy { members[$0] != nil } ? members : nil
            }
            if isField { members[String(part.dropFirst().dropLast())] = .string(String(segments[index])) }
        }
        return members
    }
}

extension String {
    /// A path template filled in with a request's members.
    fileprivate func filled(with members: JSONObject) -> String {
        split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard part.first == "{" else { return String(part) }
            return members[String(part.dropFirst().dropLast())]?.stringValue ?? String(part)
        }
        .joined(separator: "/")
    }
}

extension Substring {
    fileprivate var isOneSegment: Bool { !isEmpty && !contains("/") }
}
