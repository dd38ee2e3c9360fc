import Contracts
import HTTPTypes
import Mesh
import ServiceKit

/// Checks that every POST of a service handles an `Idempotency-Key` as its contract says.
public struct RepeatedRequests: Sendable {
    private let service: WalkedService
    private let calls: [String: SampleCall]

    /// - Parameters:
    ///   - service: The service whose behaviour is compared with its contracts.
    ///   - calls: One for each POST that clients may call; those of other methods are skipped.
    public init(of service: WalkedService, calls: [SampleCall]) {
        self.service = service
        self.calls = Dictionary(uniqueKeysWithValues: calls.map { ($0.contract.name, $0) })
    }

    /// Tries every POST.
    ///
    /// - Returns: The violations, and the operations that no call was given for; empty if there are none.
    public func faults() async throws -> [String] {
        var faults: [String] = []
        for contract in service.contracts([.post]) {
            guard let call = calls[contract.name] else {
                faults.append("\(contract.name): no call is given")
                continue
            }
            let found =
                switch contract.idempotency {
                case .recorded: try await recordedFaults(call, contract)
                case .naturallyIdempotent: try await naturalFaults(call)
                case .notOffered: try await ignoredFaults(call)
                }
            faults += found.map { "\(contract.name): \($0)" }
        }
        return faults
    }

    private func recordedFaults(_ call: SampleCall, _ contract: Contract) async throws -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }
        let made = try await call.make()
        let (body, user) = (made.body, made.user)
        let key = MeshRequest.randomID()
        let before = try await service.records()
        let first = await send(call, body, user, key)
        guard first.failure == nil else { return ["the first request is refused: \(first.text)"] }
        let isRecorded = try await service.records() == before + 1
        check(isRecorded, "nothing is recorded")
        for error in service.errors.take() { faults.append(error) }
        let second = await send(call, body, user, key)
        check(second == first, "a repetition is answered otherwise: \(second.text) after \(first.text)")
        let other = await send(call, body, user, key, query: [MeshField("other", "1")])
        check(other.failure?.code == "IDEMPOTENCY_KEY_REUSED", "the key serves another request: \(other.text)")
        if let user {
            let stranger = await send(call, body, user.withOtherSession(), key)
            let after = try await service.records()
            let isReplayed = stranger.failure == nil && after == before + 1
            check(!isReplayed, "another credential is shown the record")
            let powerless = await send(call, body, user.withoutPermissions(), key)
            let isOpen: Bool = if case .permission = contract.access { false } else { true }
            check(isOpen || powerless.status == 403, "the access rule comes after the record: \(powerless.text)")
        }
        if let revoke = call.revoke {
            try await revoke()
            let late = await send(call, body, user, key)
            check(
                contract.endsAccess || [401, 403, 404].contains(late.status),
                "who lost the right is answered: \(late.text)"
            )
        }
        return faults
    }

    private func naturalFaults(_ call: SampleCall) async throws -> [String] {
        let made = try await call.make()
        let (body, user) = (made.body, made.user)
        let replies = [await send(call, body, user, "k"), await send(call, body, user, "k")]
        return replies[0].status == replies[1].status && replies[0].failure == nil
            ? [] : ["a repetition is answered otherwise: \(replies[1].text) after \(replies[0].text)"]
    }

    private func ignoredFaults(_ call: SampleCall) async throws -> [String] {
        let made = try await call.make()
        let (body, user) = (made.body, made.user)
        let before = try await service.records()
        let first = await send(call, body, user, "k")
        guard first.failure == nil else { return ["the first request is refused: \(first.text)"] }
        let other = await send(call, body, user, "k", query: [MeshField("other", "1")])
        guard try await service.records() == before, other.failure?.code != "IDEMPOTENCY_KEY_REUSED" else {
            return ["the key is not ignored"]
        }
        return []
    }

    private func send(
        _ call: SampleCall,
        _ body: [UInt8],
        _ user: RequestContext.User?,
        _ key: String,
        query: [MeshField] = []
    ) async -> MeshReply {
        await service.send(call.contract, body, by: user, key: key, query: query)
    }
}

extension RequestContext.User {
    fileprivate func withOtherSession() -> Self {
        Self(id: id, tenant: tenant, session: SessionID(), role: role, permissions: permissions)
    }

    fileprivate func withoutPermissions() -> Self {
        Self(id: id, tenant: tenant, session: session, role: role, permissions: [])
    }
}

extension MeshReply {
    fileprivate static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.failure?.code == right.failure?.code && left.body == right.body
            && left.headers.map(\.name) == right.headers.map(\.name)
            && left.headers.map(\.value) == right.headers.map(\.value)
    }
}
