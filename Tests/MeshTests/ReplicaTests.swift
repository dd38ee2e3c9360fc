import Foundation
import Loops
import Nanomsg
import Synchronization
import TestKit
import Testing

@testable import Mesh

@Suite("Replicas", .timeLimit(.minutes(10)))
struct ReplicaTests {
    /// Waits until a client can reach all replicas, by asking each of them.
    private func connect(_ client: MeshClient, to addresses: [MeshAddress]) async throws {
        for address in addresses {
            _ = try await client.call(.echo(), to: "echo", at: address.description)
        }
    }

    @Test("A server that went away and came back is found again within two seconds", arguments: Transport.allCases)
    func comeback(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let (gate, arrived) = (Gate(), Counter())
        let first = try mesh.server(at: address) { request in
            arrived.increment()
            await gate.pass()
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address])
        async let lost = meshError { try await client.call(.echo(), to: "echo") }
        await arrived.reaches(1)
        await first.drain(for: .zero)  // as abrupt as a crash: nothing is waited for
        gate.open()
        #expect(await lost == .unavailable(service: "echo", mayHaveExecuted: true))

        // Sent while nobody is there; the grace carries it over.
        async let waiting = client.call(.echo([5]), to: "echo")
        let second = try mesh.server(at: address)
        let back = ContinuousClock.now
        #expect(try await waiting.body == [5])
        #expect(.now - back < .seconds(2))
        #expect(client.endpoints(of: "echo").first?.instance == second.instance)
        await client.close()
        await second.drain()
    }

    @Test("A process that took another's place unnoticed gets its requests all the same")
    func replacementWhileIdle() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let client = try mesh.client(of: [address])
        var isReady: Bool { client.endpoints(of: "echo").first?.isReady ?? false }
        for number in 1...3 {
            let server = try mesh.server(at: address)
            // From the second on connected again, with nobody having seen that it is another one.
            if number > 1 { try await until { isReady ? true : nil } }
            #expect(try await client.call(.echo([UInt8(number)]), to: "echo").body == [UInt8(number)])
            if number > 1 { try await until { client.isResting ? true : nil } }
            await server.drain()
            try await until { isReady ? nil : true }
        }
        await client.close()
    }

    @Test("Two replicas share the load, and the death of one costs only what it had", arguments: Transport.allCases)
    func death(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let addresses = [try mesh.address(), try mesh.address()]
        let (gate, arrived) = (Gate(), [Counter(), Counter()])
        var servers: [MeshServer] = []
        for (address, counter) in zip(addresses, arrived) {
            servers.append(
                try mesh.server(at: address) { request in
                    if request.body.isEmpty { return MeshReply() }
                    counter.increment()
                    await gate.pass()
                    return MeshReply(body: request.body)
                }
            )
        }
        let client = try mesh.client(of: addresses)
        try await connect(client, to: addresses)
        let outcomes = try await withThrowingTaskGroup(of: MeshError?.self) { group in
            for number in 0..<20 {
                group.addTask { await meshError { try await client.call(.echo([UInt8(number)]), to: "echo") } }
            }
            await arrived[0].reaches(10)
            await arrived[1].reaches(10)
            await servers[0].drain(for: .zero)
            var outcomes = [try await group.next() ?? nil]  // the dead one's calls fail before anything else can happen
            gate.open()
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.filter { $0 == nil }.count == 10)
        #expect(outcomes.filter { $0 == .unavailable(service: "echo", mayHaveExecuted: true) }.count == 10)
        #expect(try await client.call(.echo([1]), to: "echo").body == [1])
        await client.close()
        await servers[1].drain()
    }

    @Test("One replica after the other is replaced under load, and no call fails", arguments: Transport.allCases)
    func rollingRestart(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let addresses = [try mesh.address(), try mesh.address()]
        var servers = try addresses.map { try mesh.server(at: $0) }
        let client = try mesh.client(of: addresses)
        try await connect(client, to: addresses)
        let (end, done) = (Gate(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    let body = [UInt8](repeating: UInt8(caller), count: 100 + caller * 5000)
                    while !end.isOpen {
                        let reply = try await client.call(.echo(body), to: "echo")
                        #expect(reply.body == body)
                        done.increment()
                    }
                }
            }
            for index in addresses.indices {
                await done.reaches(done.count + 100)
                await servers[index].drain()
                await done.reaches(done.count + 100)
                servers[index] = try mesh.server(at: addresses[index])
                try await connect(client, to: [addresses[index]])
            }
            end.open()
            try await group.waitForAll()
        }
        await client.close()
        for server in servers { await server.drain() }
    }

    @Test("Draining waits for what runs and for long replies to be pulled")
    func draining() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let (gate, arrived) = (Gate(), Counter())
        let long = [UInt8](repeating: 9, count: 1 << 20)
        let server = try mesh.server(at: address) { _ in
            arrived.increment()
            await gate.pass()
            return MeshReply(body: long)
        }
        let client = try mesh.client(of: [address])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let reply = try await client.call(.echo(), to: "echo")
                    #expect(reply.body == long)
                }
            }
            await arrived.reaches(40)
            async let drained: Void = server.drain()
            gate.open()
            try await group.waitForAll()
            await drained
        }
        #expect(server.isDraining)
        await client.close()
    }

    @Test("A server that had nothing to do sends away what comes while it ends, and its clients go elsewhere")
    func idleDrain() async throws {
        let mesh = try TestMesh()
        let addresses = [try mesh.address(), try mesh.address()]
        let servers = try addresses.map { try mesh.server(at: $0) }
        let client = try mesh.client(of: addresses)
        try await connect(client, to: addresses)
        // As long as the last answer of a busy server is waited for.
        try await until { .now - servers[0].core.state.withLock(\.lastReply) > .milliseconds(300) ? true : nil }
        async let drained: Void = servers[0].drain()
        try await until { servers[0].isDraining ? true : nil }
        for _ in 0..<20 { #expect(try await client.call(.echo(), to: "echo").status == 200) }
        await drained
        #expect(servers[0].core.state.withLock(\.statistics).refusals[.draining] != nil)
        await client.close()
        await servers[1].drain()
    }

    @Test("A replica that stops answering is given up, and the other takes its calls")
    func silence() async throws {
        let mesh = try TestMesh()
        let addresses = [try mesh.address(), try mesh.address()]
        let silent = try SilentServer(mesh: mesh, address: addresses[0])
        let server = try mesh.server(at: addresses[1])
        var limits = MeshLimits.forTests
        limits.pingInterval = .milliseconds(100)
        limits.pingTimeout = .seconds(2)
        let client = try mesh.client(of: addresses, limits: limits)
        try silent.answerGreeting()
        _ = try await client.call(.echo(), to: "echo", at: addresses[1].description)
        // As many as it takes until the silent one, which takes its turn, has got one.
        var failures = 0
        for _ in 0..<4 {
            let error = await meshError { try await client.call(.echo(), to: "echo") }
            if let error {
                #expect(error == .unavailable(service: "echo", mayHaveExecuted: true))
                failures += 1
            }
        }
        #expect(failures == 1)
        await client.close()
        await server.drain()
    }

    @Test("A name that stands for several addresses is an endpoint each")
    func resolution() throws {
        let both = try MeshAddress.list("tcp://127.0.0.1:7100, tcp://localhost:7101,tcp://127.0.0.1:7100")
        #expect(both.map(\.description) == ["tcp://127.0.0.1:7100", "tcp://localhost:7101"])
        #expect(both.flatMap { $0.resolved() } == ["tcp://127.0.0.1:7100", "tcp://127.0.0.1:7101"])
    }

    @Test("Replicas come and go with the addresses behind a name")
    func membership() async throws {
        var state = ServiceState(name: "echo", limits: .forTests, now: .now, seed: 1)
        func opened(_ actions: [ServiceState.Action]) -> [String] {
            actions.compactMap { if case .openLane(_, let address) = $0 { address } else { nil } }
        }
        #expect(opened(state.update(addresses: ["a", "b"], now: .now)) == ["a", "b"])
        #expect(opened(state.update(addresses: ["b", "c"], now: .now)) == ["c"])
        _ = state.tick(now: .now)
        #expect(state.endpoints.map(\.address) == ["b", "c"])
        // An opening that fails is tried again, but not at once.
        #expect(opened(state.tick(now: .now)).isEmpty)
        #expect(opened(state.tick(now: .now + .seconds(2))) == ["b", "c"])
    }
}

/// Single connections, step by step.
@Suite("Lanes")
struct LaneTests {
    private let mesh: TestMesh
    private let address: String
    private let server: NanomsgSocket

    init() throws {
        mesh = try TestMesh()
        address = try mesh.address().description
        server = try NanomsgSocket(.rawReply, maxMessageBytes: 1 << 16)
        try server.bind(address)
    }

    /// A state with one replica, and a lane to it that is connected.
    private func connectedLane() throws -> (ServiceState, Lane) {
        var state = ServiceState(name: "echo", limits: .forTests, now: .now, seed: 1)
        _ = state.update(addresses: [address], now: .now)
        let lane = try Lane(endpointID: 1, session: 1, address: address)
        let poller = Poller()
        poller.add(try lane.socket.sendDescriptor, token: 1)
        #expect(poller.wait(milliseconds: 10_000) == [1])
        _ = state.add(lane, now: .now)
        return (state, lane)
    }

    private func pings(_ actions: [ServiceState.Action]) -> [UInt32] {
        actions.compactMap { if case .ping(_, let ticket, _) = $0 { ticket.correlation } else { nil } }
    }

    private func closed(_ actions: [ServiceState.Action]) -> [Lane] {
        actions.compactMap { if case .closeLane(let lane) = $0 { lane } else { nil } }
    }

    @Test("A greeting that finds no room is repeated once there is some")
    func unsentGreeting() throws {
        var (state, lane) = try connectedLane()
        let connection = lane.socket.establishedConnections
        let first = try #require(pings(state.writable(lane, connection: connection, now: .now)).first)
        let waits = state.unsent(lane, correlation: first, isConnected: true, now: .now).contains {
            if case .awaitWritable = $0 { true } else { false }
        }
        #expect(waits)
        #expect(pings(state.writable(lane, connection: connection, now: .now)).count == 1)
        #expect(pings(state.writable(lane, connection: connection, now: .now)).isEmpty, "one is under way")
    }

    @Test("A connection that is not there after a while is sought anew")
    func slowConnection() throws {
        let address = try mesh.address().description
        var state = ServiceState(name: "echo", limits: .forTests, now: .now, seed: 1)
        _ = state.update(addresses: [address], now: .now)
        let lane = try Lane(endpointID: 1, session: 1, address: address)
        _ = state.add(lane, now: .now)
        #expect(closed(state.tick(now: .now + .seconds(4))).isEmpty)
        let actions = state.tick(now: .now + .seconds(6))
        #expect(closed(actions).first === lane)
        #expect(actions.contains { if case .openLane = $0 { true } else { false } })
    }

    @Test("A reply that nobody waits for may come until its deadline, and its lane goes on")
    func abandonedReply() throws {
        var (state, lane) = try connectedLane()
        let start = ContinuousClock.now
        let greeting = state.writable(lane, connection: lane.socket.establishedConnections, now: start)
        let pong = ReplyEnvelope(instance: 7, status: 200)
        _ = state.receive(pong, on: lane, correlation: try #require(pings(greeting).first), now: start)
        let call = Call(.echo(timeLeft: .seconds(60)), target: nil, patience: start + .seconds(60)) { _ in }
        #expect(!state.admit(call, now: start).isEmpty)
        _ = state.cancel(call)
        for seconds in 1...80 {
            let now = start + .seconds(seconds)
            let actions = state.tick(now: now)
            #expect(closed(actions).isEmpty, "after \(seconds) s")
            for ping in pings(actions) { _ = state.receive(pong, on: lane, correlation: ping, now: now) }
        }
        #expect(closed(state.tick(now: start + .seconds(92))).first === lane)
    }

    @Test("Giving up a piece that was never asked for frees its place at once")
    func unaskedPiece() throws {
        let lane = LaneState(lane: try Lane(endpointID: 1, session: 1, address: address), now: .now)
        let call = Call(.echo(timeLeft: .seconds(60)), target: nil, patience: .now) { _ in }
        let attempt = Attempt(call, operation: 0)
        for isUnasked in [true, false] {
            #expect(lane.place(attempt, wanting: 100, now: .now) != nil)
            _ = lane.renew(0, attempt, PartialReply(ReplyEnvelope(instance: 7, status: 200)), now: .now)
            lane.setUnasked(0, isUnasked)
            lane.abandon(0)
            #expect(lane.outstanding == (isUnasked ? 0 : 1))
        }
    }
}

/// A server that greets and then says nothing, as a stopped process would.
private final class SilentServer {
    private let socket: NanomsgSocket
    private let sealer: Sealer

    init(mesh: TestMesh, address: MeshAddress) throws {
        socket = try NanomsgSocket(.rawReply, maxMessageBytes: 1 << 20)
        try socket.bind(address.description)
        sealer = try Sealer(keys: mesh.keys, caller: "tester", callee: "echo")
    }

    func answerGreeting() throws {
        let poller = Poller()
        poller.add(try socket.receiveDescriptor, token: 1)
        #expect(poller.wait(milliseconds: 10_000) == [1])
        let message = try #require(try socket.receive())
        let opened = try #require(sealer.open(message.body, as: .request))
        let request = try RequestEnvelope(decoding: message.body, opened.payload)
        let head = ReplyEnvelope(instance: 77, status: 200).head(bodyBytes: 0)
        let context = Correlation(session: request.session, number: request.correlation).context
        #expect(try socket.send(header: message.header, opened.key.seal(head, [], as: .reply, context: context), head))
    }
}
