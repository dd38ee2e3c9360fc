import Mesh
import Synchronization
import TestKit
import Testing

@Suite("Calls", .timeLimit(.minutes(10)))
struct CallTests {
    @Test("A request arrives as it was made, and the reply comes back as it was made", arguments: Transport.allCases)
    func faithfulness(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let received = Mutex<MeshRequest?>(nil)
        let server = try mesh.server(at: address) { request in
            received.withLock { $0 = request }
            return MeshReply(
                status: 201,
                contentType: "text/plain",
                headers: [MeshField("etag", "\"7\""), MeshField("location", "/ä")],
                body: [1, 2, 3]
            )
        }
        let client = try mesh.client(of: [address])
        let request = MeshRequest(
            operation: "echo.repeat",
            version: 3,
            requestID: "r-1",
            timeLeft: .seconds(20),
            trace: TraceContext(isSampled: false),
            principal: Principal(userID: "u", tenantID: "t", sessionID: "s", role: "student", permissions: ["a", ""]),
            idempotencyKey: "k",
            pathParameters: [MeshField("id", "ü/%")],
            query: [MeshField("a", "1"), MeshField("a", ""), MeshField("", "x")],
            headers: [MeshField("if-match", "\"6\"")],
            contentType: "application/json",
            body: Array("{}".utf8)
        )
        let reply = try await client.call(request, to: "echo")
        #expect(reply.status == 201 && reply.contentType == "text/plain" && reply.body == [1, 2, 3])
        #expect(reply.headers.first(named: "location") == "/ä" && reply.failure == nil)

        let arrival = received.withLock(\.self)
        let seen = try #require(arrival)
        #expect(seen.operation == request.operation && seen.version == 3 && seen.requestID == "r-1")
        #expect(seen.trace == request.trace && seen.principal == request.principal && seen.idempotencyKey == "k")
        #expect(seen.pathParameters == request.pathParameters && seen.query == request.query)
        #expect(seen.headers == request.headers && seen.contentType == request.contentType && seen.body == request.body)
        #expect(seen.caller == "tester")
        #expect(seen.query.all(named: "a") == ["1", ""])
        #expect(seen.timeLeft < .seconds(20) && seen.timeLeft > .seconds(10))
        await client.close()
        await server.drain()
    }

    @Test("A failure travels with its code, its details and its wait", arguments: Transport.allCases)
    func failures(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        // More of them than fit into one message.
        let details = (0..<500).map {
            MeshFailure.Detail(
                field: "answers.\($0)",
                message: "must not be empty",
                code: $0 % 2 == 0 ? "required" : nil
            )
        }
        let failure = MeshFailure(
            code: "echo.invalid",
            message: "No",
            details: details,
            retryAfter: .milliseconds(1500)
        )
        let server = try mesh.server(at: address) { request in
            switch request.operation {
            case "refuse": return MeshReply(status: 400, headers: [MeshField("a", "b")], failure: failure)
            case "throw": throw failure
            default: throw CancellationError()
            }
        }
        let client = try mesh.client(of: [address])
        let refused = try await client.call(MeshRequest(operation: "refuse", timeLeft: .seconds(30)), to: "echo")
        #expect(refused.status == 400 && refused.failure == failure && refused.body.isEmpty)
        #expect(refused.headers == [MeshField("a", "b")])
        let thrown = try await client.call(MeshRequest(operation: "throw", timeLeft: .seconds(30)), to: "echo")
        #expect(thrown.status == 500 && thrown.failure == failure)
        let broken = try await client.call(MeshRequest(operation: "other", timeLeft: .seconds(30)), to: "echo")
        #expect(broken.status == 500 && broken.failure?.code == "internal")
        await client.close()
        await server.drain()
    }

    @Test("Long replies come in pieces while others pass, byte for byte", arguments: Transport.allCases)
    func longReplies(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let server = try mesh.server(at: address) { request in
            let count = Int(String(decoding: request.body, as: UTF8.self)) ?? 0
            return MeshReply(body: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        }
        let client = try mesh.client(of: [address])
        try await withThrowingTaskGroup(of: Void.self) { group in
            let sizes = [4 << 20, 0, 1, 8_000, 8_192, 8_193, 65_536, 200_000] + (0..<100).map { $0 * 100 }
            for size in sizes + sizes.reversed() {
                group.addTask {
                    let reply = try await client.call(.echo(Array("\(size)".utf8)), to: "echo")
                    #expect(reply.body == (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
                }
            }
            try await group.waitForAll()
        }
        await client.close()
        await server.drain()
    }

    @Test("A request may be as long as the limit and not longer", arguments: Transport.allCases)
    func longRequests(transport: Transport) async throws {
        let mesh = try TestMesh(transport)
        let address = try mesh.address()
        let server = try mesh.server(at: address) { MeshReply(body: Array("\($0.body.count)".utf8)) }
        let client = try mesh.client(of: [address])
        let longest = [UInt8](repeating: 7, count: 16 << 20)
        #expect(try await client.call(.echo(longest), to: "echo").body == Array("16777216".utf8))
        #expect(
            await meshError { try await client.call(.echo(longest + [7]), to: "echo") } == .tooLarge(service: "echo")
        )
        await client.close()
        await server.drain()
    }

    @Test("The deadline ends the wait and the work")
    func deadlines() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let cancelled = Counter()
        let server = try mesh.server(at: address) { request in
            if request.body.isEmpty { return MeshReply() }
            await withTaskCancellationHandler {
                await cancelled.reaches(1)
            } onCancel: {
                cancelled.increment()
            }
            return MeshReply()
        }
        let client = try mesh.client(of: [address])
        _ = try await client.call(.echo(), to: "echo")  // connected, so that the next is sent at once
        let error = await meshError { try await client.call(.echo([1], timeLeft: .milliseconds(500)), to: "echo") }
        #expect(error == .deadlineExceeded(service: "echo", mayHaveExecuted: true))
        await cancelled.reaches(1)
        let late = await meshError { try await client.call(.echo(timeLeft: .zero), to: "echo") }
        #expect(late == .deadlineExceeded(service: "echo", mayHaveExecuted: false))
        await client.close()
        await server.drain()
    }

    @Test("A cancelled task stops waiting at once, and the lane goes on")
    func cancellation() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let (gate, arrived) = (Gate(), Counter())
        let server = try mesh.server(at: address) { request in
            arrived.increment()
            if request.body == [1] { await gate.pass() }
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address])
        let task = Task { try await client.call(.echo([1]), to: "echo") }
        await arrived.reaches(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await client.call(.echo([2]), to: "echo").body == [2])
        gate.open()
        await client.close()
        await server.drain()
    }

    @Test("A call of nobody, and of nobody configured, says so")
    func absence() async throws {
        let mesh = try TestMesh()
        var limits = MeshLimits.forTests
        limits.reconnectGrace = .milliseconds(200)
        let client = try mesh.client(of: [try mesh.address()], limits: limits)
        #expect(await meshError { try await client.call(.echo(), to: "nobody") } == .unknownService("nobody"))
        let error = await meshError { try await client.call(.echo(), to: "echo") }
        #expect(error == .unavailable(service: "echo", mayHaveExecuted: false))
        await client.close()
        #expect(await meshError { try await client.call(.echo(), to: "echo") } == .closed)
    }

    @Test("Beyond the lanes requests wait, and beyond the queue they are refused")
    func boundedQueue() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        var limits = MeshLimits.forTests
        limits.lanesPerEndpoint = 2
        limits.waitingRequests = 10
        let (gate, arrived, refused) = (Gate(), Counter(), Counter())
        let server = try mesh.server(at: address) { request in
            arrived.increment()
            await gate.pass()
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address], limits: limits)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            // One after another, so that the second lane is there when the first is full.
            for number in 1...32 {
                group.addTask { try await client.call(.echo([1]), to: "echo").body == [1] }
                await arrived.reaches(number)
            }
            for _ in 0..<30 {
                group.addTask {
                    let error = await meshError { try await client.call(.echo([1]), to: "echo") }
                    if error != nil { refused.increment() }
                    return error == nil || error == .overloaded(service: "echo")
                }
            }
            await refused.reaches(20)
            gate.open()
            for try await isRight in group { #expect(isRight) }
        }
        #expect(refused.count == 20)
        await client.close()
        await server.drain()
    }

    @Test("A server works on so many requests at once and sends others away")
    func boundedServer() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        var limits = MeshLimits.forTests
        limits.concurrentRequests = 5
        let (gate, arrived) = (Gate(), Counter())
        let server = try mesh.server(at: address, limits: limits) { _ in
            arrived.increment()
            await gate.pass()
            return MeshReply()
        }
        let client = try mesh.client(of: [address])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { _ = try await client.call(.echo(), to: "echo") } }
            await arrived.reaches(5)
            #expect(await meshError { try await client.call(.echo(), to: "echo") } == .overloaded(service: "echo"))
            gate.open()
            try await group.waitForAll()
        }
        #expect(try await client.call(.echo(), to: "echo").status == 200)
        await client.close()
        await server.drain()
    }

    @Test("A daemon tells what it is and what it did")
    func introspection() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let server = try mesh.server(at: address)
        let client = try mesh.client(of: [address])
        _ = try await client.call(.echo(), to: "echo")
        let info = try await client.call(MeshRequest(operation: "mesh.info", timeLeft: .seconds(30)), to: "echo")
        let text = String(decoding: info.body, as: UTF8.self)
        #expect(text.contains(#""service":"echo","version":"1.2.3","instance":"\#(server.instance)""#))
        let stats = try await client.call(MeshRequest(operation: "mesh.stats", timeLeft: .seconds(30)), to: "echo")
        #expect(
            String(decoding: stats.body, as: UTF8.self).contains(#"{"name":"echo.repeat","requests":1,"failures":0,"#)
        )
        let endpoint = try #require(client.endpoints(of: "echo").first)
        #expect(endpoint.instance == server.instance && endpoint.isReady && endpoint.outstanding == 0)
        #expect(try await client.call(.echo([9]), to: "echo", at: endpoint.address).body == [9])
        await client.close()
        await server.drain()
    }
}
