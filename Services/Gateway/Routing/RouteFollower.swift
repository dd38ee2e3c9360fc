import Logging
import Mesh
import ServiceLifecycle

/// Keeps the route table up to date: a service is asked to describe itself when a process of it appears that was not
/// there before.
///
/// Which processes there are, the mesh client knows without asking, so nothing is sent while nothing changes.
struct RouteFollower: Service {
    let mesh: MeshClient
    let routes: RouteTable
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for service in mesh.services { group.addTask { await follow(service) } }
            }
        }
    }

    private func follow(_ service: String) async {
        var described: Set<String> = []
        while !Task.isCancelled {
            let present = Set(mesh.endpoints(of: service).filter(\.isReady).compactMap(\.instance))
            if !present.isSubset(of: described) {
                do {
                    try routes.update(service, with: try await description(of: service))
                    described = present
                } catch is CancellationError {
                } catch {
                    logger.warning(
                        "A service does not describe itself",
                        metadata: ["of": "\(service)", "error": "\(error)"]
                    )
                }
            }
            // Quick while there is somebody to wait for: this is what a start waits for.
            let pause: Duration = described.isEmpty ? .milliseconds(50) : .seconds(1)
            try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
        }
    }

    private func description(of service: String) async throws -> [UInt8] {
        let reply = try await mesh.call(MeshRequest(operation: "mesh.describe", timeLeft: .seconds(5)), to: service)
        if let failure = reply.failure { throw failure }
        return reply.body
    }
}
