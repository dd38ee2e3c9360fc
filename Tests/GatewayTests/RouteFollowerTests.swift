import Contracts
import Foundation
import Logging
import Mesh
import ServiceKit
import TestKit
import Testing

@testable import Gateway

/// A service of which two versions can run at once, and what the gateway makes of it.
private struct Rollout {
    enum Version {
        case old, new

        var operations: [any ServiceOperation.Type] {
            switch self {
            case .old: [GetThing.self, PurgeThings.self]
            case .new: [GetThing.self, CountThings.self]
            }
        }
    }

    private let folders: [String]
    private let key = [UInt8](repeating: 7, count: 32)
    private let mesh: MeshClient
    private let routes = RouteTable(services: ["lab"], metrics: Metrics(), logger: .silent)
    private let following: Task<Void, any Error>

    /// Follows a service of which so many replicas may ever run.
    init(folder: String, replicas: Int) throws {
        folders = (0..<replicas).map { "\(folder)/\($0)" }
        let addresses = try folders.map { try MeshAddress(parsing: "ipc://\($0)/lab") }
        let configuration = MeshConfiguration(
            service: "gateway",
            peers: ["lab": MeshPeer(requests: addresses)],
            keys: try MeshKeys(primary: key)
        )
        let mesh = try MeshClient(configuration: configuration, logger: .silent)
        let follower = RouteFollower(mesh: mesh, routes: routes, logger: .silent)
        self.mesh = mesh
        following = Task { try await follower.run() }
    }

    func start(_ version: Version, as replica: Int) throws -> PeerService {
        try FileManager.default.createDirectory(atPath: folders[replica], withIntermediateDirectories: true)
        return try PeerService("lab", folder: folders[replica], key: key, operations: version.operations) { _ in
            MeshReply()
        }
    }

    /// Waits until the routes are those of a version.
    func waitUntilOffered(_ version: Version) async throws {
        let names = version.operations.map { $0.contract.name }.sorted()
        try await until {
            routes.snapshot.descriptions.first?.operations.map(\.name).sorted() == names ? () : nil
        }
    }

    func end() async {
        following.cancel()
        await mesh.close(drainingFor: .zero)
    }
}

extension GatewaySuites {
    @Suite("Routes while a service is replaced", .timeLimit(.minutes(10)))
    struct RouteFollowerTests {
        @Test(
            "Each new version's routes are learnt from itself while the one before still runs, and stay when that ends"
        )
        func overlap() async throws {
            try await withRollout(replicas: 8) { rollout in
                var running = try rollout.start(.old, as: 0)
                try await rollout.waitUntilOffered(.old)
                // Several times, because whoever asked the wrong one might be lucky once.
                for replica in 1..<8 {
                    let version: Rollout.Version = replica.isMultiple(of: 2) ? .old : .new
                    let next = try rollout.start(version, as: replica)
                    try await rollout.waitUntilOffered(version)
                    await running.stop()
                    running = next
                }
                await running.stop()
            }
        }

        @Test("When the newer version goes first, the routes of the older one are back")
        func withdrawal() async throws {
            try await withRollout(replicas: 2) { rollout in
                let old = try rollout.start(.old, as: 0)
                try await rollout.waitUntilOffered(.old)
                let new = try rollout.start(.new, as: 1)
                try await rollout.waitUntilOffered(.new)
                await new.stop()
                try await rollout.waitUntilOffered(.old)
                await old.stop()
            }
        }

        private func withRollout(replicas: Int, _ body: (Rollout) async throws -> Void) async throws {
            try await withTemporaryFolder { folder in
                let rollout = try Rollout(folder: folder, replicas: replicas)
                do { try await body(rollout) } catch {
                    await rollout.end()
                    throw error
                }
                await rollout.end()
            }
        }
    }
}
