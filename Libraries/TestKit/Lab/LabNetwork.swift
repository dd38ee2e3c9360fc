public import Contracts
import Mesh
import Postgres
import ServiceKit
import Synchronization

/// A fault of a call between two services.
public enum LabFault: Sendable {
    /// The call does not arrive.
    case unreachable
    /// The service does its work, and the reply is lost.
    case lostReply
    /// The service refuses.
    case refused(ServiceError)
    /// Something else happens before the call arrives.
    case preceded(by: @Sendable () async throws -> Void)
}

extension ServiceLab {
    /// Interferes with calls between services, beginning with the next one.
    ///
    /// - Parameters:
    ///   - operation: The called operation.
    ///   - service: The service that answers; to be given for a reserved operation.
    ///   - fault: What becomes of a call.
    ///   - times: The number of calls; others are answered.
    ///   - isMeant: Chooses calls by their requests.
    public func interfere<Operation: ServiceOperation>(
        with operation: Operation.Type,
        at service: String = Operation.contract.service,
        _ fault: LabFault,
        times: Int = 1,
        where isMeant: @escaping @Sendable (Operation) -> Bool = { _ in true }
    ) {
        let name = Operation.contract(in: service).name
        network.interfere(
            LabNetwork.Interference(fault: fault, left: times) { request in
                guard request.operation == name else { return false }
                // A body that does not read is left to its service.
                return (try? Operation(jsonBytes: request.body)).map(isMeant) ?? false
            }
        )
    }

    /// Ends all interferences.
    public func endInterferences() { network.endInterferences() }

    /// Makes a service unreachable for the others, or reachable again.
    public func setDown(_ service: String, _ isDown: Bool = true) { network.setDown(service, isDown) }

    /// The number of calls that other services have made to a service.
    public func calls(to service: String) -> Int { network.calls(to: service) }
}

/// The services of a lab, and the way between them.
///
/// A call has the caller's name, its user and its deadline, as over the mesh.
final class LabNetwork: Sendable {
    struct Interference: Sendable {
        let fault: LabFault
        var left: Int
        let isMeant: @Sendable (MeshRequest) -> Bool
    }

    private struct State {
        var instances: [String: ServiceInstance] = [:]
        var interferences: [Interference] = []
        var down: Set<String> = []
        var calls: [String: Int] = [:]

        /// Counts a call, and chooses its fault.
        mutating func fault(of request: MeshRequest, to service: String) -> LabFault? {
            calls[service, default: 0] += 1
            if down.contains(service) { return .unreachable }
            guard let index = interferences.firstIndex(where: { $0.left > 0 && $0.isMeant(request) }) else {
                return nil
            }
            interferences[index].left -= 1
            return interferences[index].fault
        }
    }

    private struct Link: ServiceTransport {
        let caller: LabService
        let network: LabNetwork

        func call(_ request: MeshRequest, to service: String) async throws -> MeshReply {
            guard caller.peers.contains(service) || request.operation == "events.pull" else {
                throw MeshError.unknownService(service)
            }
            var request = request
            request.deadline += .seconds(60)  // so that a busy machine fails no call
            return try await network.carry(request, from: caller.name, to: service)
        }
    }

    private let roles: [String: String]
    private let state = Mutex(State())

    init(_ services: [LabService]) {
        roles = Dictionary(uniqueKeysWithValues: services.map { ($0.name, $0.role) })
    }

    /// Assembles a service, which answers from then on.
    func start(_ service: LabService, on database: Database) async throws {
        let instance = try await service.assemble(database, Link(caller: service, network: self))
        state.withLock { $0.instances[service.name] = instance }
    }

    /// Forgets the services, which hold this network in turn.
    func end() { state.withLock { $0.instances = [:] } }

    /// - Throws: `MeshError` for a service that the lab does not have.
    func instance(of service: String) throws -> ServiceInstance {
        guard let instance = state.withLock({ $0.instances[service] }) else { throw MeshError.unknownService(service) }
        return instance
    }

    func role(of service: String) -> String { roles[service] ?? service }

    func interfere(_ interference: Interference) { state.withLock { $0.interferences.append(interference) } }
    func endInterferences() { state.withLock { $0.interferences = [] } }
    func setDown(_ service: String, _ isDown: Bool) {
        state.withLock { state in
            state.down.remove(service)
            if isDown { state.down.insert(service) }
        }
    }
    func calls(to service: String) -> Int { state.withLock { $0.calls[service] ?? 0 } }

    private func carry(_ request: MeshRequest, from caller: String, to service: String) async throws -> MeshReply {
        var request = request
        request.caller = caller
        switch state.withLock({ $0.fault(of: request, to: service) }) {
        case nil: break
        case .unreachable: throw MeshError.unavailable(service: service, mayHaveExecuted: false)
        case .lostReply:
            _ = try await answer(request, by: service)
            throw MeshError.unavailable(service: service, mayHaveExecuted: true)
        case .refused(let error): throw error
        case .preceded(let body): try await body()
        }
        return try await answer(request, by: service)
    }

    /// Brings a request to its service, and gives up at its deadline, when the service's work is cancelled.
    func answer(_ request: MeshRequest, by service: String) async throws -> MeshReply {
        let instance = try instance(of: service)
        return try await withThrowingTaskGroup(of: MeshReply.self) { group in
            group.addTask { await instance.handle(request) }
            group.addTask {
                try await Task.sleep(until: request.deadline, clock: .continuous)
                throw MeshError.deadlineExceeded(service: service, mayHaveExecuted: true)
            }
            defer { group.cancelAll() }
            guard let reply = try await group.next() else { throw MeshError.closed }
            return reply
        }
    }

    func deliverEvents() async throws {
        let instances = state.withLock { state in state.instances.filter { !state.down.contains($0.key) } }
        while true {
            var count = 0
            for instance in instances.values { count += try await instance.numberEvents() }
            guard count > 0 else { return }
            for instance in instances.values { try await instance.takeInEvents(of: Set(instances.keys)) }
        }
    }
}
