import Logging
import Mesh
import ServiceLifecycle

/// Keeps the route table up to date: every process of a service is asked to describe itself when it appears.
///
/// Which processes there are, the mesh client knows without asking, so nothing is sent while nothing changes. While two
/// versions run side by side, the one counts that came last: calls of what only it has may reach the other one meanwhile, which
/// answers 404, and what only the other one had is gone. When it leaves before the other, the other one counts again.
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
        /// Who is there, in the order in which they came, and what each said.
        var described: [(instance: String, description: [UInt8])] = []
        while !Task.isCancelled {
            let present = mesh.endpoints(of: service).filter(\.isReady)
            described.removeAll { known in !present.contains { $0.instance == known.instance } }
            for endpoint in present {
                guard let instance = endpoint.instance, !described.contains(where: { $0.instance == instance }),
                    let description = await learn(from: endpoint, of: service)
                else { continue }
                described.append((instance, description))
            }
            // It was taken in before, so nothing can be wrong with it; where it counts already, this does nothing.
            if let latest = described.last { try? routes.update(service, with: latest.description) }
            // Quick while there is somebody to wait for: this is what a start waits for.
            let pause: Duration = routes.missing.contains(service) ? .milliseconds(50) : .seconds(1)
            try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
        }
    }

    /// Takes in what a process says of its service.
    ///
    /// - Returns: `nil` when that is nothing, or nothing of use; it is asked again then.
    private func learn(from endpoint: MeshEndpoint, of service: String) async -> [UInt8]? {
        do {
            let request = MeshRequest(operation: "mesh.describe", timeLeft: .seconds(5))
            let reply = try await mesh.call(request, to: service, at: endpoint.address)
            if let failure = reply.failure { throw failure }
            try routes.update(service, with: reply.body)
            return reply.body
        } catch is CancellationError {
            return nil
        } catch {
            logger.warning(
                "A service does not describe itself",
                metadata: ["of": "\(service)", "at": "\(endpoint.address)", "error": "\(error)"]
            )
            return nil
        }
    }
}
