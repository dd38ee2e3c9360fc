import Loops
@testable import Mesh
import Nanomsg
import OpenSSL
import TestKit
import Testing

/// Someone who can reach the port, and may know more than they should.
private final class Intruder {
    let socket: NanomsgSocket
    private let poller: Poller

    init(at address: MeshAddress) throws {
        socket = try NanomsgSocket(.rawRequest, maxMessageBytes: 1 << 20)
        try socket.connect(address.description)
        let connecting = Poller()
        connecting.add(try socket.sendDescriptor, token: 1)
        #expect(connecting.wait(milliseconds: 10_000) == [1])
        poller = Poller()
        poller.add(try socket.receiveDescriptor, token: 1)
    }

    /// Sends a message as it is, waiting for room.
    func send(_ message: [UInt8], number: UInt32 = 1) throws {
        let room = Poller()
        room.add(try socket.sendDescriptor, token: 1)
        while try !socket.send(header: Correlation.header(number), message) { _ = room.wait(milliseconds: 1000) }
    }

    /// The next reply's refusal and status, unauthenticated.
    func reply() throws -> ReplyEnvelope {
        #expect(poller.wait(milliseconds: 10_000) == [1])
        let message = try #require(try socket.receive())
        var payload: Range<Int>?
        var reader = ProtobufReader(message.body)
        while let field = try reader.next() { if field == 3 { payload = try reader.range() } }
        return try ReplyEnvelope(decoding: message.body, #require(payload))
    }
}

/// A sealed request, as the client would send it.
private func sealed(
    _ keys: MeshKeys,
    session: UInt64 = 5,
    sequence: UInt64 = 1,
    instance: UInt64,
    sentAt: UInt64 = WallClock.seconds(),
    service: String = "echo",
    timeLeft: Duration = .seconds(10),
    purpose: Seal.Purpose = .request,
    caller: String = "tester",
    claiming claim: String? = nil
) throws -> [UInt8] {
    let envelope = RequestEnvelope(
        session: session,
        sequence: sequence,
        correlation: 1,
        instance: instance,
        sentAt: sentAt,
        replyCredit: 8192,
        service: service,
        request: .echo([1, 2, 3], timeLeft: timeLeft)
    )
    let head = envelope.head()
    let key = try #require(keys.pairKeys(from: caller, to: "echo").first)
    let seal = key.seal(head, envelope.request.body, as: purpose, caller: claim ?? caller)
    return seal + head + envelope.request.body
}

@Suite("Hostile peers", .timeLimit(.minutes(10)))
struct HostileTests {
    private let mesh: TestMesh
    private let address: MeshAddress
    private let server: MeshServer
    private let executed = Counter()

    init() throws {
        mesh = try TestMesh(.tcp)
        address = try mesh.address()
        let executed = executed
        server = try mesh.server(at: address) { request in
            executed.increment()
            return MeshReply(body: request.body)
        }
    }

    private var instance: UInt64 { UInt64(server.instance, radix: 16) ?? 0 }

    /// A well-made request is answered, and nothing before it was executed.
    private func expectOnlyGoodRequestIsExecuted(_ intruder: Intruder, sequence: UInt64 = 1_000_000) throws {
        let before = executed.count
        try intruder.send(try sealed(mesh.keys, sequence: sequence, instance: instance))
        #expect(try intruder.reply().status == 200)
        #expect(executed.count == before + 1)
    }

    @Test("Forged, tampered, replayed, outdated and misdirected requests are not executed")
    func refusals() async throws {
        let intruder = try Intruder(at: address)
        let good = try sealed(mesh.keys, instance: instance)
        try intruder.send(good)
        #expect(try intruder.reply().status == 200)
        #expect(executed.count == 1)

        try intruder.send(good)  // replayed
        try intruder.send(try sealed(mesh.keys, sequence: 1, instance: instance))
        let stranger = try MeshKeys(primary: SecureRandom.bytes(32))
        try intruder.send(try sealed(stranger, sequence: 2, instance: instance))
        try intruder.send(try sealed(mesh.keys, sequence: 2, instance: instance, purpose: .reply))
        // A service that claims another's name.
        try intruder.send(try sealed(mesh.keys, sequence: 2, instance: instance, claiming: "gateway"))
        try intruder.send(try sealed(mesh.keys, sequence: 2, instance: instance, claiming: ""))
        let now = WallClock.seconds()
        try intruder.send(try sealed(mesh.keys, sequence: 3, instance: instance, sentAt: now - 120))
        try intruder.send(try sealed(mesh.keys, sequence: 4, instance: instance, sentAt: now + 120))
        try expectOnlyGoodRequestIsExecuted(intruder)

        try intruder.send(try sealed(mesh.keys, sequence: 2_000_000, instance: instance &+ 2))
        let elsewhere = try intruder.reply()
        #expect(elsewhere.refusal == .wrongInstance && elsewhere.instance == instance)
        try intruder.send(try sealed(mesh.keys, sequence: 2_000_001, instance: instance, service: "auth"))
        #expect(try intruder.reply().refusal == .wrongService)
        try intruder.send(try sealed(mesh.keys, sequence: 2_000_002, instance: instance, timeLeft: .zero))
        #expect(try intruder.reply().refusal == .expired)
        #expect(executed.count == 2)
        await server.drain()
    }

    @Test("No request survives a changed, missing or additional byte", arguments: Seed.batch(100))
    func tampering(seed: Seed) throws {
        var random = seed.generator
        let sealer = try Sealer(keys: mesh.keys, caller: "tester", callee: "echo")
        var message = try sealed(mesh.keys, sequence: .random(in: 1 ... .max, using: &random), instance: instance)
        let opened = try #require(sealer.open(message, as: .request))
        let original = Array(message[opened.payload])
        let index = Int.random(in: message.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: message[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: message.remove(at: index)
        default: message.insert(.random(in: .min ... .max, using: &random), at: index)
        }
        // Bytes outside of the payload may be read in another way that means the same; the payload itself never changes.
        if let opened = sealer.open(message, as: .request) { #expect(Array(message[opened.payload]) == original) }
    }

    @Test("Twenty thousand messages of garbage leave the server alive", arguments: Seed.batch(1))
    func garbage(seed: Seed) async throws {
        var random = seed.generator
        let intruder = try Intruder(at: address)
        let good = try sealed(mesh.keys, session: 6, instance: instance &+ 2)
        for number in 0..<20_000 {
            var message: [UInt8]
            if number % 2 == 0 {
                message = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                    .random(in: .min ... .max, using: &random)
                }
            } else {
                message = good
                for _ in 0..<Int.random(in: 1..<5, using: &random) {
                    message[.random(in: message.indices, using: &random)] = .random(in: .min ... .max, using: &random)
                }
                if Bool.random(using: &random) {
                    message.removeLast(.random(in: 0..<message.count, using: &random))
                }
            }
            try intruder.send(message)
        }
        #expect(executed.count == 0)
        try await expectServerAnswers()
        await server.drain()
    }

    @Test("Authentic envelopes of garbage leave the server alive as well", arguments: Seed.batch(1))
    func authenticGarbage(seed: Seed) async throws {
        var random = seed.generator
        let intruder = try Intruder(at: address)
        let sealer = try Sealer(keys: mesh.keys, caller: "tester", callee: "echo")
        for _ in 0..<5_000 {
            let envelope = RequestEnvelope(correlation: 1, service: "echo", request: .echo([1], timeLeft: .seconds(1)))
            var payload = envelope.head() + [1]
            for _ in 0..<Int.random(in: 1..<20, using: &random) {
                payload[.random(in: payload.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            }
            try intruder.send(sealer.seal(payload, [], as: .request) + payload)
        }
        try await expectServerAnswers()
        await server.drain()
    }

    @Test("A message over the limit and a stray speaker of another protocol cost their connection only")
    func oversized() async throws {
        let intruder = try Intruder(at: address)
        _ = try intruder.socket.send(header: Correlation.header(1), [UInt8](repeating: 0, count: 17 << 20))
        let stray = try NanomsgSocket(.subscribe, maxMessageBytes: 1024)
        try stray.connect(address.description)
        try await expectServerAnswers()
        await server.drain()
    }

    @Test("A reply that somebody else made is not believed")
    func forgedReplies() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        // It knows the protocol, but not the key.
        let configuration = MeshConfiguration(
            service: "echo",
            requestAddress: address,
            keys: try MeshKeys(primary: SecureRandom.bytes(32)),
            limits: .forTests
        )
        let impostor = try TestMesh.server(configuration)
        var limits = MeshLimits.forTests
        limits.reconnectGrace = .milliseconds(300)
        let client = try mesh.client(of: [address], limits: limits)
        let error = await meshError { try await client.call(.echo(), to: "echo") }
        #expect(error == .unavailable(service: "echo", mayHaveExecuted: false))
        await client.close()
        await impostor.drain()
        await server.drain()
    }

    @Test("The key changes without an interruption")
    func rotation() async throws {
        let (old, new) = (SecureRandom.bytes(32), SecureRandom.bytes(40))
        let stages = [
            try MeshKeys(primary: old), try MeshKeys(primary: old, previous: new),
            try MeshKeys(primary: new, previous: old), try MeshKeys(primary: new),
        ]
        // At every stage some daemons have gone a step further than others.
        for (ahead, behind) in zip(stages.dropFirst(), stages) {
            for (serverKeys, clientKeys) in [(ahead, behind), (behind, ahead)] {
                let address = try mesh.address()
                let configuration = MeshConfiguration(
                    service: "echo",
                    requestAddress: address,
                    keys: serverKeys,
                    limits: .forTests
                )
                let server = try TestMesh.server(configuration)
                let client = try mesh.client(of: [address], keys: clientKeys)
                #expect(try await client.call(.echo([3]), to: "echo").body == [3])
                await client.close()
                await server.drain()
            }
        }
        #expect(throws: MeshConfigurationError.self) { try MeshKeys(primary: SecureRandom.bytes(31)) }
        await server.drain()
    }

    private func expectServerAnswers() async throws {
        let client = try mesh.client(of: [address])
        #expect(try await client.call(.echo([7]), to: "echo").body == [7])
        await client.close()
    }
}
