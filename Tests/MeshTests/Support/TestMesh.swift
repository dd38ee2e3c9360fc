import Foundation
import Logging
import Loops
import Mesh
import Nanomsg
import Synchronization
import TestKit

/// How a test's services are connected.
enum Transport: String, CaseIterable, CustomStringConvertible {
    case tcp, ipc

    var description: String { rawValue }
}

/// Addresses, keys and configurations of one test, whose sockets nobody else uses.
final class TestMesh: Sendable {
    let transport: Transport
    let keys: MeshKeys
    private let folder: String

    init(_ transport: Transport = .ipc) throws {
        self.transport = transport
        keys = try MeshKeys(primary: (0..<32).map { _ in .random(in: .min ... .max) })
        // Short, because the name of a Unix socket has at most 107 bytes.
        folder = FileManager.default.temporaryDirectory.appending(path: "mesh-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// An address at which nobody listens.
    func address() throws -> MeshAddress {
        switch transport {
        case .ipc: return try MeshAddress(parsing: "ipc://\(folder)/\(UInt32.random(in: 0 ... .max))")
        case .tcp: return try MeshAddress(parsing: "tcp://127.0.0.1:\(freePort())")
        }
    }

    func configuration(
        listeningAt address: MeshAddress? = nil,
        publishingAt eventAddress: MeshAddress? = nil,
        limits: MeshLimits = .forTests
    ) -> MeshConfiguration {
        MeshConfiguration(
            service: "echo",
            version: "1.2.3",
            requestAddress: address,
            eventAddress: eventAddress,
            keys: keys,
            limits: limits
        )
    }

    func server(
        at address: MeshAddress,
        limits: MeshLimits = .forTests,
        handler: @escaping @Sendable (MeshRequest) async throws -> MeshReply = { MeshReply(body: $0.body) }
    ) throws -> MeshServer {
        let configuration = configuration(listeningAt: address, limits: limits)
        return try Self.server(configuration, handler: handler)
    }

    /// A server that is started.
    static func server(
        _ configuration: MeshConfiguration,
        handler: @escaping @Sendable (MeshRequest) async throws -> MeshReply = { MeshReply(body: $0.body) }
    ) throws -> MeshServer {
        let server = try binding {
            try MeshServer(configuration: configuration, logger: .silent, handler: handler)
        }
        try server.start()
        return server
    }

    /// Makes something that binds an address, more than once if need be: a process that another test is just starting holds
    /// copies of all sockets for a moment, those too that are closed here.
    static func binding<Bound>(_ make: () throws -> Bound) throws -> Bound {
        let pause = Poller()
        for _ in 0..<100 {
            do { return try make() } catch let error as NanomsgError where error.description.hasPrefix("bind") {
                _ = pause.wait(milliseconds: 20)
            }
        }
        return try make()
    }

    /// A client of the service `echo` at the addresses.
    func client(of addresses: [MeshAddress], limits: MeshLimits = .forTests, keys: MeshKeys? = nil) throws -> MeshClient
    {
        try MeshClient(
            configuration: MeshConfiguration(
                service: "tester",
                peers: ["echo": MeshPeer(requests: addresses)],
                keys: keys ?? self.keys,
                limits: limits
            ),
            logger: .silent
        )
    }
}

extension MeshLimits {
    /// Patient with a machine that is busy with other tests.
    static var forTests: MeshLimits {
        var limits = MeshLimits()
        limits.reconnectGrace = .seconds(10)
        limits.pingTimeout = .seconds(10)
        return limits
    }
}

extension MeshRequest {
    static func echo(_ body: [UInt8] = [], timeLeft: Duration = .seconds(30)) -> MeshRequest {
        MeshRequest(operation: "echo.repeat", timeLeft: timeLeft, body: body)
    }
}

/// Lets a test wait until something has happened often enough.
final class Counter: Sendable {
    private let state = Mutex<(count: Int, waiting: [(Int, CheckedContinuation<Void, Never>)])>((0, []))

    var count: Int { state.withLock(\.count) }

    func increment() {
        let ready = state.withLock { state in
            state.count += 1
            let ready = state.waiting.filter { $0.0 <= state.count }
            state.waiting.removeAll { $0.0 <= state.count }
            return ready
        }
        for (_, continuation) in ready { continuation.resume() }
    }

    func reaches(_ target: Int) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if state.count < target { state.waiting.append((target, continuation)) }
                return state.count >= target
            }
            if isReached { continuation.resume() }
        }
    }
}

/// The error of a call, which is expected to fail.
func meshError(of call: () async throws -> MeshReply) async -> MeshError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? MeshError
    }
}
