import Loops
@testable import Mesh
import Nanomsg
import OpenSSL
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

/// Collects what a subscriber hears.
private final class Listener: Sendable {
    private let signals = Mutex<[EventSignal]>([])
    private let count = Counter()

    func hear(_ signal: EventSignal) {
        signals.withLock { $0.append(signal) }
        count.increment()
    }

    func heard(atLeast number: Int) async -> [EventSignal] {
        await count.reaches(number)
        return signals.withLock(\.self)
    }
}

@Suite("Events", .timeLimit(.minutes(10)))
struct EventTests {
    private func event(_ position: Int64, data: [UInt8] = []) -> MeshEvent {
        MeshEvent(
            id: "e-\(position)",
            source: "echo",
            type: "echo.said",
            subject: "s",
            time: "2026-11-21T09:14:00Z",
            tenantID: "t",
            trace: TraceContext(),
            aggregate: "a",
            position: position,
            epoch: "1",
            data: data
        )
    }

    private func subscriber(
        _ mesh: TestMesh,
        at addresses: [MeshAddress],
        _ listener: Listener
    ) throws -> EventSubscriber {
        var configuration = mesh.configuration()
        configuration.peers = ["echo": MeshPeer(requests: [], events: addresses)]
        return try EventSubscriber(
            configuration: configuration,
            producers: ["echo"],
            logger: .silent,
            onSignal: listener.hear
        )
    }

    private func publisher(_ mesh: TestMesh, at address: MeshAddress) throws -> EventPublisher {
        var limits = MeshLimits.forTests
        limits.heartbeatInterval = .milliseconds(20)
        let configuration = mesh.configuration(publishingAt: address, limits: limits)
        return try TestMesh.binding { try EventPublisher(configuration: configuration, logger: .silent) }
    }

    @Test("Events arrive as they were, in order, and a heartbeat shows what was missed", arguments: Transport.allCases)
    func delivery(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let publisher = try publisher(mesh, at: address)
        publisher.publish(event(41))  // before anyone listens
        let beating = Task { try await publisher.run() }
        let listener = Listener()
        let subscriber = try subscriber(mesh, at: [address], listener)
        // The heartbeat tells that 41 is missing, without any further event.
        let heartbeat = EventHeartbeat(source: "echo", epoch: "1", position: 41)
        #expect(await listener.heard(atLeast: 1).first == .heartbeat(heartbeat, from: "echo"))

        let events = [event(42, data: [1, 2]), event(43, data: [UInt8](repeating: 7, count: 100_000)), event(45)]
        for event in events { publisher.publish(event) }
        var heard: [MeshEvent] = []
        var number = 1
        while heard.count < 3 {
            number += 1
            heard = await listener.heard(atLeast: number).compactMap {
                if case .event(let event, _) = $0 { event } else { nil }
            }
        }
        #expect(heard == events)
        beating.cancel()
        try await beating.value
        subscriber.close()
    }

    @Test("A publisher that came back, and several at once, are all heard")
    func severalPublishers() async throws {
        let mesh = try TestMesh()
        let addresses = [try mesh.address(), try mesh.address()]
        let listener = Listener()
        let subscriber = try subscriber(mesh, at: addresses, listener)
        for position in 1...3 {
            // One after another at the first address, while the second stays.
            for (offset, address) in addresses.enumerated() where offset == 0 || position == 1 {
                let publisher = try publisher(mesh, at: address)
                publisher.announce(position: Int64(position + 10 * offset), epoch: "1")
                let beating = Task { try await publisher.run() }
                let wanted = EventHeartbeat(source: "echo", epoch: "1", position: Int64(position + 10 * offset))
                var number = 1
                while await !listener.heard(atLeast: number).contains(.heartbeat(wanted, from: "echo")) { number += 1 }
                beating.cancel()
                try await beating.value
            }
        }
        subscriber.close()
    }

    @Test("A forged or outdated event is not delivered, and a withdrawn publisher falls silent")
    func forgery() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let socket = try NanomsgSocket(.publish, maxMessageBytes: 1024)
        try socket.bind(address.description)
        let listener = Listener()
        let subscriber = try subscriber(mesh, at: [address], listener)

        func message(
            _ keys: MeshKeys,
            topic: String,
            sentAt: UInt64 = WallClock.seconds(),
            position: Int64,
            from service: String = "echo",
            source: String = "echo"
        ) throws -> [UInt8] {
            var event = event(position)
            event.source = source
            let payload = Publication.event(event).payload(sentAt: sentAt)
            let seal = try PublicationSigner(keys: keys, service: service).seal(payload)
            return Array(topic.utf8) + [0] + seal + payload
        }
        let stranger = try MeshKeys(primary: SecureRandom.bytes(32))
        let poller = Poller()
        // Events published before the connection is up are lost, so all are sent until the good one is heard twice:
        // between the two, all others have been sent.
        var heard: [EventSignal] = []
        while heard.count < 2 {
            for bad in try [
                message(stranger, topic: "echo.said", position: 1), [], [0], [1, 2, 3],
                message(mesh.keys, topic: "echo.other", position: 2),
                message(mesh.keys, topic: "echo.said", sentAt: WallClock.seconds() - 120, position: 3),
                // Another service of the deployment, in its own name and then in the producer's.
                message(mesh.keys, topic: "echo.said", position: 5, from: "other"),
                message(mesh.keys, topic: "echo.said", position: 6, source: "other"),
            ] { _ = try socket.send(bad) }
            _ = try socket.send(try message(mesh.keys, topic: "echo.said", position: 4))
            _ = poller.wait(milliseconds: 10)
            heard = await listener.heard(atLeast: 0)
        }
        for signal in heard {
            guard case .event(let event, from: "echo") = signal else {
                Issue.record("Heard \(signal)")
                continue
            }
            #expect(event.position == 4)
        }
        subscriber.close()
    }

    @Test("A producer without event addresses is a fault of the configuration")
    func misconfiguration() throws {
        let mesh = try TestMesh()
        #expect(throws: MeshConfigurationError.self) { _ = try subscriber(mesh, at: [], Listener()) }
        #expect(throws: MeshConfigurationError.self) {
            try EventPublisher(configuration: mesh.configuration(), logger: .silent)
        }
    }

    @Test("Batches of events read as they were written", arguments: Seed.batch(100))
    func batches(seed: Seed) throws {
        var random = seed.generator
        let batch = EventBatch(
            epoch: "\(UInt8.random(in: 0...3, using: &random))",
            lastPosition: .random(in: 0 ... .max, using: &random),
            events: (0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(using: &random) }
        )
        #expect(try EventBatch(decoding: batch.encoded()) == batch)
    }

    @Test("Events are heard at every stage of a change of the mesh's key, and not from one who has no key in common")
    func rotation() async throws {
        let (old, new) = (SecureRandom.bytes(32), SecureRandom.bytes(32))
        let stages = [
            try MeshKeys(primary: old), try MeshKeys(primary: old, previous: new),
            try MeshKeys(primary: new, previous: old), try MeshKeys(primary: new),
        ]
        let mesh = try TestMesh()
        /// Tells whether a subscriber with these keys has heard a publisher with those after a second publisher's, whose it shares.
        func hears(_ listening: MeshKeys, _ speaking: MeshKeys) async throws -> Bool {
            let (address, other) = (try mesh.address(), try mesh.address())
            var configuration = mesh.configuration(publishingAt: address)
            configuration.limits.heartbeatInterval = .milliseconds(20)
            configuration.keys = speaking
            let publisher = try EventPublisher(configuration: configuration, logger: .silent)
            configuration.eventAddress = other
            configuration.service = "control"
            configuration.keys = listening
            let control = try EventPublisher(configuration: configuration, logger: .silent)
            configuration.peers = [
                "echo": MeshPeer(requests: [], events: [address]), "control": MeshPeer(requests: [], events: [other]),
            ]
            let producers = Mutex<[String: Int]>([:])
            let subscriber = try EventSubscriber(
                configuration: configuration,
                producers: ["echo", "control"],
                logger: .silent
            ) { signal in
                if case .heartbeat(_, let producer) = signal { producers.withLock { $0[producer, default: 0] += 1 } }
            }
            publisher.announce(position: 1, epoch: "1")
            control.announce(position: 1, epoch: "1")
            return try await withThrowingTaskGroup { group in
                for publisher in [publisher, control] { group.addTask { try await publisher.run() } }
                group.addTask { try await subscriber.run() }
                defer { group.cancelAll() }
                // Long enough for both, were both understood: their heartbeats come at the same pace.
                return try await until { () -> Bool? in
                    let heard = producers.withLock { $0 }
                    if heard["echo"] != nil { return true }
                    return heard["control", default: 0] >= 50 ? false : nil
                }
            }
        }
        for (ahead, behind) in zip(stages.dropFirst(), stages) {
            #expect(try await hears(ahead, behind))
            #expect(try await hears(behind, ahead))
        }
        #expect(try await hears(stages[0], stages[3]) == false)
    }
}
