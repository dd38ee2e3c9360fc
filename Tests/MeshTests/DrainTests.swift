import Mesh
import ServiceLifecycle
import TestKit
import Testing

@Suite("Draining", .timeLimit(.minutes(10)))
struct DrainTests {
    @Test("A server waits for a handler that hangs as long as it is configured to")
    func patience() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        var limits = MeshLimits.forTests
        limits.drainTimeout = .milliseconds(50)
        let configuration = mesh.configuration(listeningAt: address, limits: limits)
        let (begun, ended) = (Counter(), Counter())
        let gate = Gate()
        let server = try TestMesh.binding {
            try MeshServer(configuration: configuration, logger: .silent) { _ in
                begun.increment()
                await gate.pass()
                return MeshReply()
            }
        }
        let group = ServiceGroup(services: [server], logger: .silent)
        let client = try mesh.client(of: [address])
        try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                try await group.run()
                ended.increment()
            }
            tasks.addTask { _ = await meshError { try await client.call(.echo(), to: "echo") } }
            await begun.reaches(1)
            await group.triggerGracefulShutdown()
            // Less than the ten seconds that are the default.
            try await until(.seconds(8)) { ended.count == 1 ? () : nil }
            gate.open()
            await client.close(drainingFor: .zero)
        }
    }
}
