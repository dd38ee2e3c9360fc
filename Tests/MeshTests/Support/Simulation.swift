import Loops
@testable import Mesh
import Nanomsg
import Synchronization
import TestKit
import Testing

/// A service's state in simulated time: real connections, on which nothing travels, and replicas that do what a script says.
struct Simulation {
    /// A replica's behaviour towards a request.
    enum Behaviour {
        case answers(status: Int, after: Duration)
        case refuses(ReplyEnvelope.Refusal, after: Duration)
        /// Sends the first part of a long reply, and no other.
        case breaksOff(after: Duration)
        case saysNothing
    }

    private struct Arrival {
        let due: ContinuousClock.Instant
        let lane: Lane
        let correlation: UInt32
        let reply: ReplyEnvelope
    }

    private(set) var state: ServiceState
    private(set) var now = ContinuousClock.now
    /// Requests that each replica got.
    private(set) var sent: [Int]
    private(set) var cancelled = 0
    private(set) var warnings: [String] = []
    /// Decides what a replica does, by its index.
    var behaviour: (Int, inout SeededGenerator) -> Behaviour
    private let lanes: [Lane]
    private let sockets: [NanomsgSocket]
    private var arrivals: [Arrival] = []
    private var random: SeededGenerator

    init(
        replicas: Int,
        limits: MeshLimits = MeshLimits(),
        seed: Seed,
        behaviour: @escaping (Int, inout SeededGenerator) -> Behaviour
    ) throws {
        let mesh = try TestMesh()
        let addresses = try (0..<replicas).map { _ in try mesh.address() }
        sockets = try addresses.map { address in
            let socket = try NanomsgSocket(.rawReply, maxMessageBytes: 1 << 16)
            try socket.bind(address.description)
            return socket
        }
        // A state numbers its replicas from 1.
        lanes = try addresses.enumerated().map { index, address in
            try Lane(endpointID: index + 1, session: UInt64(index), address: address.description)
        }
        let poller = Poller()
        for lane in lanes {
            poller.add(try lane.socket.sendDescriptor, token: 1)
            #expect(poller.wait(milliseconds: 10_000) == [1])
            poller.remove(try lane.socket.sendDescriptor)
        }
        self.behaviour = behaviour
        random = seed.generator
        sent = Array(repeating: 0, count: replicas)
        state = ServiceState(name: "echo", limits: limits, now: now, seed: seed.value)
        perform(state.update(addresses: addresses.map(\.description), now: now))
        run(for: .milliseconds(10))
    }

    /// Makes a call, whose outcome goes to `completion`.
    mutating func call(
        _ repeatability: Repeatability,
        operation: String = "a",
        timeLeft: Duration = .seconds(10),
        completion: @escaping @Sendable (Result<MeshReply, MeshError>) -> Void
    ) {
        var request = MeshRequest(operation: operation, timeLeft: .zero, repeatability: repeatability)
        request.deadline = now + timeLeft
        let call = Call(request, target: nil, patience: now + .seconds(1)) { completion($0 ?? .failure(.closed)) }
        perform(state.admit(call, now: now))
    }

    /// Lets time pass in steps of a millisecond, with a tick every ten.
    mutating func run(for duration: Duration, _ each: (inout Simulation) -> Void = { _ in }) {
        let end = now + duration
        var step = 0
        while now < end {
            now += .milliseconds(1)
            let due = arrivals.filter { $0.due <= now }
            arrivals.removeAll { $0.due <= now }
            for arrival in due {
                let (lane, correlation) = (arrival.lane, arrival.correlation)
                perform(state.receive(arrival.reply, on: lane, correlation: correlation, now: now))
            }
            step += 1
            if step % 10 == 0 { perform(state.tick(now: now)) }
            each(&self)
        }
    }

    /// Lets time pass without calls, in larger steps.
    mutating func rest(for duration: Duration) {
        run(for: .seconds(1))
        let end = now + duration
        while now < end {
            now += .milliseconds(200)
            perform(state.tick(now: now))
            run(for: .milliseconds(10))
        }
    }

    private mutating func perform(_ actions: [ServiceState.Action]) {
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: ServiceState.Action) {
        switch action {
        case .transmit(_, let lane, let ticket, _, let pull): if pull == nil { answer(lane, ticket) }
        case .ping(let lane, let ticket, _):
            // A process that says nothing does not answer pings either.
            if case .saysNothing = behaviour(lane.endpointID - 1, &random) { break }
            arrive(ReplyEnvelope(instance: UInt64(lane.endpointID), status: 200), lane, ticket, after: .milliseconds(1))
        case .cancel: cancelled += 1
        case .openLane(let id, _):
            // One lane each is enough here.
            let isOpen = state.endpoints.contains { $0.id == id && !$0.lanes.isEmpty }
            if !isOpen { perform(state.add(lanes[id - 1], now: now)) }
        case .awaitWritable(let lane):
            perform(state.writable(lane, connection: lane.socket.establishedConnections, now: now))
        case .closeLane(let lane): arrivals.removeAll { $0.lane === lane }
        case .finish(let call, let result): call.finish(result)
        case .warn(let message, _, _): warnings.append(message)
        }
    }

    private mutating func answer(_ lane: Lane, _ ticket: LaneState.Ticket) {
        sent[lane.endpointID - 1] += 1
        let instance = UInt64(lane.endpointID)
        switch behaviour(lane.endpointID - 1, &random) {
        case .answers(let status, let time):
            var reply = ReplyEnvelope(instance: instance, status: status)
            if status >= 400 { reply.errorCode = "failed" }
            arrive(reply, lane, ticket, after: time)
        case .refuses(let refusal, let time):
            arrive(ReplyEnvelope(refusal: refusal, instance: instance), lane, ticket, after: time)
        case .breaksOff(let time):
            var reply = ReplyEnvelope(instance: instance, status: 200)
            (reply.held, reply.totalBytes, reply.body) = (1, 100_000, [1])
            arrive(reply, lane, ticket, after: time)
        case .saysNothing: break
        }
    }

    private mutating func arrive(_ reply: ReplyEnvelope, _ lane: Lane, _ ticket: LaneState.Ticket, after time: Duration)
    {
        arrivals.append(Arrival(due: now + time, lane: lane, correlation: ticket.correlation, reply: reply))
    }
}

/// The outcome of a simulation's calls.
final class Tally: Sendable {
    struct Outcomes {
        var answers: [Int: Int] = [:]
        var errors: [MeshError: Int] = [:]
        var open = 0
        var total = 0
    }

    private let state = Mutex(Outcomes())

    var outcomes: Outcomes { state.withLock(\.self) }

    func began() {
        state.withLock { $0.open += 1 }
    }

    func ended(_ result: Result<MeshReply, MeshError>) {
        state.withLock { state in
            state.open -= 1
            state.total += 1
            switch result {
            case .success(let reply): state.answers[reply.status, default: 0] += 1
            case .failure(let error): state.errors[error, default: 0] += 1
            }
        }
    }
}

extension Simulation {
    /// Keeps so many calls under way for a while.
    mutating func keepBusy(
        _ callers: Int,
        _ repeatability: Repeatability,
        for duration: Duration,
        timeLeft: Duration = .seconds(10)
    ) -> Tally.Outcomes {
        let tally = Tally()
        run(for: duration) { simulation in
            // No more than that in a millisecond, though a refusal takes no time at all.
            for _ in 0..<max(0, callers - tally.outcomes.open) {
                tally.began()
                simulation.call(repeatability, timeLeft: timeLeft) { tally.ended($0) }
            }
        }
        return tally.outcomes
    }
}
