import Dispatch
import Foundation
import Logging
import Loops
import Synchronization
import TestKit
import Testing

@testable import Mesh

@Suite("Handlers on the loop and beside it", .timeLimit(.minutes(10)))
struct PlacementTests {
    /// Keeps the thread busy like a computation.
    private static func compute(for time: Duration) {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {}
    }

    /// Blocks the thread like a slow system call.
    private static func block(until semaphore: DispatchSemaphore) { semaphore.wait() }

    private func request(_ operation: String) -> MeshRequest {
        MeshRequest(operation: operation, timeLeft: .seconds(30))
    }

    @Test("A handler resumes on the loop that its server was given, wherever its answer comes from")
    func continuation() async throws {
        let mesh = try TestMesh()
        let configuration = mesh.configuration(listeningAt: try mesh.address())
        let loop = Loop(name: "test", logger: .silent)
        let (gate, arrived) = (Gate(), Counter())
        let server = try TestMesh.binding {
            try MeshServer(configuration: configuration, logger: .silent, loop: loop) { _ in
                let began = loop.isCurrent
                arrived.increment()
                await gate.pass()
                return MeshReply(body: [began ? 1 : 0, loop.isCurrent ? 1 : 0])
            }
        }
        try server.start()
        let client = try mesh.client(of: [try #require(configuration.requestAddress)])
        async let reply = client.call(request("any"), to: "echo")
        await arrived.reaches(1)
        gate.open()
        #expect(try await reply.body == [1, 1])
        await client.close()
        await server.drain()
    }

    @Test("An operation that computes is moved away from the loop, after which others are not held up")
    func moved() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let computing = Counter()
        let goOn = Atomic<Bool>(false)
        let receiver = Mutex<pthread_t?>(nil)
        let movedRan = Counter()
        let server = try mesh.server(at: address) { request in
            let here = pthread_self()
            switch request.operation {
            case "quick": receiver.withLock { if $0 == nil { $0 = here } }
            case "slow":
                Self.compute(for: .milliseconds(5))
                if receiver.withLock({ $0 != here }) { movedRan.increment() }
            default:
                // Computes until another request is answered, which would never happen on the loop.
                computing.increment()
                Self.compute(for: .milliseconds(5))
                while !goOn.load(ordering: .relaxed) {}
            }
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address])
        _ = try await client.call(request("quick"), to: "echo")
        for _ in 0..<3 { _ = try await client.call(request("slow"), to: "echo") }
        // The first ran where it arrived; the others were moved.
        #expect(movedRan.count == 2)
        #expect(server.figures.movedHandlers == 2)

        goOn.store(true, ordering: .relaxed)
        _ = try await client.call(request("endless"), to: "echo")
        goOn.store(false, ordering: .relaxed)
        async let endless = client.call(request("endless"), to: "echo")
        await computing.reaches(2)
        for _ in 0..<20 { _ = try await client.call(request("quick"), to: "echo") }
        goOn.store(true, ordering: .relaxed)
        #expect(try await endless.status == 200)
        await client.close()
        await server.drain()
    }

    @Test("An operation that has become quick again returns to the loop")
    func back() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let isSlow = Atomic<Bool>(true)
        let server = try mesh.server(at: address) { request in
            if isSlow.load(ordering: .relaxed) { Self.compute(for: .milliseconds(10)) }
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address])
        for _ in 0..<2 { _ = try await client.call(request("slow"), to: "echo") }
        #expect(server.figures.movedHandlers == 1)
        isSlow.store(false, ordering: .relaxed)
        try await until {
            let moved = server.figures.movedHandlers
            for _ in 0..<5 { _ = try await client.call(request("slow"), to: "echo") }
            return server.figures.movedHandlers == moved ? () : nil
        }
        await client.close()
        await server.drain()
    }

    @Test("Requests answered while another one holds their loop do not run, and do not make their operation quick")
    func late() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let (ran, blocked) = (Counter(), Counter())
        let goOn = DispatchSemaphore(value: 0)
        let server = try mesh.server(at: address) { request in
            ran.increment()
            if request.body.isEmpty {
                Self.compute(for: .milliseconds(5))
            } else {
                blocked.increment()
                Self.block(until: goOn)
            }
            return MeshReply()
        }
        let client = try mesh.client(of: [address])
        _ = try await client.call(request("slow"), to: "echo")
        let blocking = MeshRequest(operation: "slow", timeLeft: .seconds(30), body: [1])
        async let reply = client.call(blocking, to: "echo")
        await blocked.reaches(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let late = MeshRequest(operation: "slow", timeLeft: .seconds(1))
                    let error = await meshError { try await client.call(late, to: "echo") }
                    #expect(error != nil)
                }
            }
        }
        // All that have come but the one that blocks are answered, and none of them has begun.
        try await until {
            let unanswered = server.core.state.withLock { state in
                state.running.values.count(where: { !$0.hasAnswer })
            }
            return unanswered == 1 ? () : nil
        }
        goOn.signal()
        #expect(try await reply.status == 200)
        try await until { server.figures.running == 0 ? () : nil }
        #expect(ran.count == 2)

        let moved = server.figures.movedHandlers
        let other = try mesh.client(of: [address])  // the first one has suspended the operation
        _ = try await other.call(request("slow"), to: "echo")
        #expect(server.figures.movedHandlers == moved + 1)
        await client.close()
        await other.close()
        await server.drain()
    }

    @Test("What holds the loop after a pause is moved too, and a moved handler ends at its deadline")
    func afterPause() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let cancelled = Counter()
        let server = try mesh.server(at: address) { request in
            await Task.yield()
            Self.compute(for: .milliseconds(60))
            guard !request.body.isEmpty else { return MeshReply() }
            do { try await waitUntilCancelled() } catch { cancelled.increment() }
            return MeshReply()
        }
        let client = try mesh.client(of: [address])
        _ = try await client.call(request("long"), to: "echo")
        #expect(server.figures.movedHandlers == 0)
        var endless = request("long")
        endless.body = [1]
        endless.deadline = .now + .milliseconds(200)
        let error = await meshError { [endless] in try await client.call(endless, to: "echo") }
        #expect(error == .deadlineExceeded(service: "echo", mayHaveExecuted: true))
        await cancelled.reaches(1)
        #expect(server.figures.movedHandlers == 1)
        await client.close()
        await server.drain()
    }
}
