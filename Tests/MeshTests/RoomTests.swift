import Mesh
import TestKit
import Testing

@Suite("Room for calls", .timeLimit(.minutes(10)))
struct RoomTests {
    @Test("A client knows how many calls its replicas take at once, and what calls with long replies take of that")
    func room() async throws {
        let mesh = try TestMesh(.tcp)
        let addresses = [try mesh.address(), try mesh.address()]
        let servers = try addresses.map { try mesh.server(at: $0) }
        let client = try mesh.client(of: addresses)
        #expect(client.room(for: "echo.repeat", of: "nobody") == nil)
        try await until { client.endpoints(of: "echo").count { $0.isReady } == 2 ? () : nil }
        let short = MeshRoom(slots: 512, slotsPerCall: 1, callsPerOperation: 256)
        #expect(client.room(for: "echo.repeat", of: "echo") == short)
        _ = try await client.call(.echo([UInt8](repeating: 1, count: 900_000)), to: "echo")
        let long = MeshRoom(slots: 512, slotsPerCall: 9, callsPerOperation: 256)
        #expect(client.room(for: "echo.repeat", of: "echo") == long)
        #expect(client.room(for: "echo.other", of: "echo") == short)
        await client.close()
        for server in servers { await server.drain() }
        #expect(client.room(for: "echo.other", of: "echo")?.slots == 256, "as of one replica while none is ready")
    }
}
