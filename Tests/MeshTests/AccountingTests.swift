import Foundation
import Loops
import Mesh
import Synchronization
import TestKit
import Testing

@Suite("Accounting", .serialized)
struct AccountingTests {
    /// The whole count, for both transports together, is 1,000,000: `MESH_REQUESTS=500000`.
    private static let requests = ProcessInfo.processInfo.environment["MESH_REQUESTS"].flatMap(Int.init) ?? 25_000

    @Test(
        "Every request is answered once with its own reply, though the client stalls and the machine is busy",
        .timeLimit(.minutes(30)),
        arguments: Transport.allCases,
        Seed.batch(1)
    )
    func accounting(transport: Transport, seed: Seed) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let pattern = (0..<(1 << 17)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let server = try mesh.server(at: address) { request in
            let wanted = Int(request.idempotencyKey ?? "") ?? 0
            return MeshReply(contentType: request.requestID, body: Array(pattern[..<wanted]))
        }
        let client = try mesh.client(of: [address])
        let hog = Hog()
        let run = Run(client: client, requests: Self.requests, pattern: pattern, seed: seed)
        for _ in 0..<256 { run.next() }
        await run.answered.reaches(Self.requests)
        hog.stop()
        #expect(run.faults.count == 0)
        #expect(run.answered.count == Self.requests)
        await client.close()
        await server.drain()
    }
}

/// Keeps so many requests under way until all are answered.
private final class Run: Sendable {
    private struct State {
        var random: SeededGenerator
        var sent = 0
        var isAnswered: [Bool]
    }

    let answered = Counter()
    /// Replies that were no success, another's, or the second to the same request.
    let faults = Counter()
    private let client: MeshClient
    private let pattern: [UInt8]
    private let stall = Poller()
    private let state: Mutex<State>

    init(client: MeshClient, requests: Int, pattern: [UInt8], seed: Seed) {
        self.client = client
        self.pattern = pattern
        state = Mutex(State(random: seed.generator, isAnswered: Array(repeating: false, count: requests)))
    }

    func next() {
        let draw: (number: Int, sent: Int, wanted: Int)? = state.withLock { state in
            guard state.sent < state.isAnswered.count else { return nil }
            state.sent += 1
            return (state.sent - 1, Self.size(&state.random) / 4, Self.size(&state.random))
        }
        guard let draw else { return }
        var request = MeshRequest.echo(Array(pattern[..<draw.sent]), timeLeft: .seconds(600))
        request.requestID = "\(draw.number)"
        request.idempotencyKey = "\(draw.wanted)"
        client.send(request, to: "echo") { [self] result in
            check(result, number: draw.number, wanted: draw.wanted)
            next()
        }
    }

    /// Mostly short, at times longer than any credit.
    private static func size(_ random: inout SeededGenerator) -> Int {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60: .random(in: 0..<300, using: &random)
        case 60..<85: .random(in: 0..<(4 << 10), using: &random)
        case 85..<96: .random(in: 0..<(20 << 10), using: &random)
        default: .random(in: 0..<(100 << 10), using: &random)
        }
    }

    private func check(_ result: Result<MeshReply, MeshError>, number: Int, wanted: Int) {
        let isRight =
            if case .success(let reply) = result {
                reply.contentType == "\(number)" && reply.body == Array(pattern[..<wanted])
            } else { false }
        let (isFirst, stalls) = state.withLock { state in
            defer { state.isAnswered[number] = true }
            return (!state.isAnswered[number], Int.random(in: 0..<1000, using: &state.random) == 0)
        }
        if !isRight || !isFirst { faults.increment() }
        // This is the thread that receives; while it waits, replies pile up in the connections.
        if stalls { _ = stall.wait(milliseconds: 20) }
        answered.increment()
    }
}

/// Takes all the processor time it can get.
private final class Hog: Sendable {
    private let isOver = Gate()

    init() {
        for _ in 0..<2 {
            SystemThread.start(name: "hog") { [isOver] in
                while !isOver.isOpen {}
            }
        }
    }

    func stop() {
        isOver.open()
    }
}
