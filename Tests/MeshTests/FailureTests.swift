import Foundation
import Mesh
import OpenSSL
import Postgres
import Synchronization
import TestKit
import Testing

/// What callers see of services that are slow, stopped or given up, over real sockets.
@Suite("Failing services", .timeLimit(.minutes(10)))
struct FailureTests {
    @Test(
        "An operation that does not end costs its callers their deadline at most, then nothing, and others nothing"
    )
    func slowService() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let isStuck = Mutex(true)
        let server = try mesh.server(at: address) { request in
            if request.operation == "slow", isStuck.withLock(\.self) { try await waitUntilCancelled() }
            return MeshReply(body: request.body)
        }
        var limits = MeshLimits.forTests
        limits.breakerPause = .seconds(5)
        let client = try mesh.client(of: [address], limits: limits)
        @Sendable func error(of operation: String, timeLeft: Duration) async -> MeshError? {
            await meshError {
                try await client.call(MeshRequest(operation: operation, timeLeft: timeLeft), to: "echo")
            }
        }
        // All twenty are to be sent, so the connections they take are made first.
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { #expect(await error(of: "fast", timeLeft: .seconds(5)) == nil) } }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let error = await error(of: "slow", timeLeft: .seconds(1))
                    #expect(error == .deadlineExceeded(service: "echo", mayHaveExecuted: true))
                }
            }
            for _ in 0..<200 { #expect(await error(of: "fast", timeLeft: .seconds(5)) == nil) }
        }
        // The operation is suspended, with its cause and nothing sent; the other one is not.
        #expect(await error(of: "slow", timeLeft: .seconds(10)) == .suspended(service: "echo", operation: "slow"))
        #expect(await error(of: "fast", timeLeft: .seconds(5)) == nil)
        #expect(client.endpoints(of: "echo").first?.suspended == ["slow"])
        let statistics = try #require(client.statistics(of: "echo"))
        #expect(statistics.breakersOpened == 1 && statistics.timeouts == 20 && statistics.suspended == 1)

        isStuck.withLock { $0 = false }
        try await until { await error(of: "slow", timeLeft: .seconds(5)) == nil ? true : nil }
        #expect(client.endpoints(of: "echo").first?.suspended == [])
        await client.close()
        await server.drain()
    }

    @Test("A process that is stopped is left alone, its calls go elsewhere, and it has work again when it goes on")
    func stoppedProcess() async throws {
        let mesh = try TestMesh(.tcp)
        let key = SecureRandom.bytes(32)
        let addresses = [try mesh.address(), try mesh.address()]
        let peers = try addresses.map { try PythonPeer("serve", key: key, address: $0) }
        for peer in peers { _ = peer.output.availableData }  // "ready"
        var limits = MeshLimits.forTests
        limits.pingInterval = .milliseconds(200)
        limits.pingTimeout = .seconds(1)
        let client = try MeshClient(
            configuration: MeshConfiguration(
                service: "tester",
                peers: ["python": MeshPeer(requests: addresses)],
                keys: try MeshKeys(primary: key),
                limits: limits
            ),
            logger: .silent
        )
        func call(at address: String? = nil) async throws -> MeshReply {
            var request = MeshRequest(operation: "python.repeat", timeLeft: .seconds(20), repeatability: .idempotent)
            request.query = [MeshField("count", "1")]
            guard let address else { return try await client.call(request, to: "python") }
            return try await client.call(request, to: "python", at: address)
        }
        // More than one connection to each; none of them must be taken for alive when it stops. With so few calls there is no
        // usual latency yet beside which the first replica could be slow, and so it is asked whenever it is there.
        for address in addresses {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<18 { group.addTask { try await call(at: address.description).status } }
                for try await status in group { #expect(status == 200) }
            }
        }
        peers[0].stop()
        try await until {
            let status = try await call().status
            #expect(status == 200)  // whoever had it, the caller has an answer
            return client.endpoints(of: "python").first?.isEjected == true ? true : nil
        }
        // Nobody waits for the stopped one any more: what is sent to it is lost in the end.
        let lost = client.statistics(of: "python")?.lost
        for _ in 0..<50 { #expect(try await call().status == 200) }
        #expect(client.statistics(of: "python")?.lost == lost)
        peers[0].goOn()
        try await until {
            let areWell = client.endpoints(of: "python").allSatisfy { $0.isReady && !$0.isEjected }
            return areWell ? true : nil
        }
        #expect(try await call(at: addresses[0].description).status == 200)
        await client.close()
    }

    @Test("A slow read is answered by another replica, and the one that is not needed any more is told")
    func hedge() async throws {
        let mesh = try TestMesh()
        let addresses = [try mesh.address(), try mesh.address()]
        let cancelled = Counter()
        let isStuck = Mutex(false)
        let servers = try addresses.enumerated().map { index, address in
            try mesh.server(at: address) { request in
                guard index == 0, isStuck.withLock(\.self) else { return MeshReply(body: [UInt8(index)]) }
                do { try await waitUntilCancelled() } catch {
                    cancelled.increment()
                    throw error
                }
            }
        }
        let client = try mesh.client(of: addresses)
        var read = MeshRequest.echo()
        read.repeatability = .read
        for _ in 0..<100 { _ = try await client.call(read, to: "echo") }
        isStuck.withLock { $0 = true }
        // Which of the two is asked first is left to chance and to how quick they were, which is forgotten after a while.
        try await until(.seconds(90)) {
            read.deadline = .now + .seconds(30)
            let reply = try await client.call(read, to: "echo")
            #expect(reply.body == [1])
            return cancelled.count > 0 ? true : nil
        }
        let statistics = try #require(client.statistics(of: "echo"))
        #expect(statistics.hedges >= 1 && statistics.hedgesWon >= 1)
        await client.close()
        for server in servers { await server.drain() }
    }

    @Test("Who gives up ends the work, down to the query in PostgreSQL", arguments: [true, false])
    func abandonedQuery(inTransaction: Bool) async throws {
        try await withQueries { mesh, database, client, isSleeping in
            let caller = Task {
                try await client.call(.query(inTransaction, timeLeft: .seconds(120)), to: "echo")
            }
            try await until { try await isSleeping() ? true : nil }
            caller.cancel()
            await #expect(throws: CancellationError.self) { try await caller.value }
            try await until(.seconds(10)) { try await isSleeping() ? nil : true }
        }
    }

    @Test("The deadline ends the work, down to the query in PostgreSQL", arguments: [true, false])
    func expiredQuery(inTransaction: Bool) async throws {
        try await withQueries { mesh, database, client, isSleeping in
            async let error = meshError {
                try await client.call(.query(inTransaction, timeLeft: .seconds(5)), to: "echo")
            }
            try await until { try await isSleeping() ? true : nil }
            #expect(await error == .deadlineExceeded(service: "echo", mayHaveExecuted: true))
            try await until(.seconds(10)) { try await isSleeping() ? nil : true }
        }
    }

    /// A service whose handler has PostgreSQL sleep for ten minutes, and a way to see whether it does.
    private func withQueries(
        _ body: (TestMesh, Database, MeshClient, _ isSleeping: () async throws -> Bool) async throws -> Void
    ) async throws {
        try await withTestDatabase { test in
            let database = Database(configuration: test.superuserConfiguration, logger: .silent)
            let observer = Database(configuration: test.superuserConfiguration, logger: .silent)
            let mesh = try TestMesh()
            let address = try mesh.address()
            try await database.ping()
            let server = try mesh.server(at: address) { request in
                if request.operation == "query.none" { return MeshReply() }
                if request.operation == "query.transaction" {
                    try await database.transaction(scope: .none, timeout: .seconds(600)) { transaction in
                        _ = try await transaction.query("SELECT pg_sleep(600)")
                    }
                } else {
                    _ = try await database.query("SELECT pg_sleep(600)", scope: .none, timeout: .seconds(600))
                }
                return MeshReply()
            }
            let client = try mesh.client(of: [address])
            // What follows is to spend its time on the query alone.
            _ = try await client.call(MeshRequest(operation: "query.none", timeLeft: .seconds(30)), to: "echo")
            try await observer.ping()
            try await body(mesh, database, client) {
                let rows = try await observer.query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
                    scope: .none
                )
                return !rows.isEmpty
            }
            await client.close()
            await server.drain()
            await database.close()
            await observer.close()
        }
    }
}

extension MeshRequest {
    fileprivate static func query(_ inTransaction: Bool, timeLeft: Duration) -> MeshRequest {
        MeshRequest(operation: inTransaction ? "query.transaction" : "query.single", timeLeft: timeLeft)
    }
}
