import Contracts
import HTTPTypes
import Mesh
import ServiceKit

/// Checks that every write of a service honours `If-Match` and `If-None-Match` (RFC 9110 §13).
public struct ConditionalRequests: Sendable {
    private let service: WalkedService
    private let calls: [String: SampleCall]

    /// - Parameters:
    ///   - service: The service whose behaviour is compared with its contracts.
    ///   - calls: One for each write that clients may call.
    public init(of service: WalkedService, calls: [SampleCall]) {
        self.service = service
        self.calls = Dictionary(uniqueKeysWithValues: calls.map { ($0.contract.name, $0) })
    }

    /// Tries every POST, PUT, PATCH and DELETE.
    ///
    /// - Returns: The violations, and the operations that no call was given for; empty if there are none.
    public func faults() async throws -> [String] {
        var faults: [String] = []
        for contract in service.contracts([.post, .put, .patch, .delete]) where contract.rate != .read {
            guard let call = calls[contract.name] else {
                faults.append("\(contract.name): no call is given")
                continue
            }
            faults += try await self.faults(call).map { "\(contract.name): \($0)" }
        }
        return faults
    }

    private func faults(_ call: SampleCall) async throws -> [String] {
        let contract = call.contract
        let isDeclared = contract.errors.contains(.preconditionFailed)
        guard isDeclared || contract.route?.method == .post else {
            return ["PRECONDITION_FAILED is not among its errors"]
        }
        let made = try await call.make()
        var faults = try await refusalFaults(call, made, MeshField("if-match", "\"nobody has this\""))
        guard isDeclared else { return faults }
        faults += try await refusalFaults(call, made, MeshField("if-none-match", "*"))
        let before = await resource(of: made)
        guard let tag = made.tag ?? before?.etag else {
            return faults + ["the present tag is not known: \(before?.text ?? "the sample names none")"]
        }
        let reply = await service.send(contract, made.body, by: made.user, headers: [MeshField("if-match", tag)])
        if reply.failure != nil { faults.append("the present tag is refused: \(reply.text)") }
        if let before, let after = await resource(of: made), after.failure == nil, after.body != before.body,
            after.etag == before.etag
        {
            faults.append("the tag stays although what it tags has changed")
        }
        faults += service.errors.take()
        return faults
    }

    /// The faults of a request whose condition is not met.
    private func refusalFaults(_ call: SampleCall, _ made: MadeCall, _ header: MeshField) async throws -> [String] {
        let before = try await service.contents()
        let reply = await service.send(call.contract, made.body, by: made.user, headers: [header])
        let after = try await service.contents()
        let changed = after.filter { before[$0.key] != $0.value }.keys.sorted()
        var faults: [String] = []
        if reply.failure?.code != ErrorCode.preconditionFailed.code {
            faults.append("\(header.name): \(header.value) is answered \(reply.text)")
        }
        if !changed.isEmpty { faults.append("\(header.name): \(header.value) changes \(changed)") }
        return faults
    }

    private func resource(of made: MadeCall) async -> MeshReply? {
        guard let resource = made.resource else { return nil }
        return await service.send(resource, by: made.user)
    }
}
