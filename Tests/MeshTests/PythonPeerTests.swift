import Foundation
import OpenSSL
import TestKit
import Testing

@testable import Mesh

@Suite("Peers in Python", .timeLimit(.minutes(10)))
struct PythonPeerTests {
    private struct Report: Decodable {
        struct Info: Decodable {
            let service: String
            let instance: String
        }

        let statuses: [Int]
        let short: String
        let long: String
        let info: Info
        let misdirected: Int
    }

    private let key = SecureRandom.bytes(32)

    @Test("A client written from the protocol's description calls us")
    func client() async throws {
        let mesh = try TestMesh(.tcp)
        let address = try mesh.address()
        let configuration = MeshConfiguration(
            service: "echo",
            requestAddress: address,
            keys: try MeshKeys(primary: key),
            limits: .forTests
        )
        let server = try TestMesh.server(configuration)
        let peer = try PythonPeer("call", key: key, address: address)
        let output = try peer.output.readToEnd() ?? Data()
        let report = try JSONDecoder().decode(Report.self, from: output)
        #expect(report.statuses == [200, 200] && report.short == "hello")
        let hash = SHA256.hash([UInt8](repeating: 0, count: 200_000))
        #expect(report.long == hash.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined())
        #expect(report.info.service == "echo" && report.info.instance == server.instance)
        #expect(report.misdirected == 2)
        await server.drain()
    }

    @Test("A service written from the protocol's description serves us, is killed, and serves again")
    func server() async throws {
        let mesh = try TestMesh(.tcp)
        let address = try mesh.address()
        let configuration = MeshConfiguration(
            service: "tester",
            peers: ["python": MeshPeer(requests: [address])],
            keys: try MeshKeys(primary: key),
            limits: .forTests
        )
        let client = try MeshClient(configuration: configuration, logger: .silent)
        for _ in 0..<2 {
            let peer = try PythonPeer("serve", key: key, address: address)
            _ = peer.output.availableData  // "ready"
            for count in [1, 100_000] {
                var request = MeshRequest(operation: "python.repeat", timeLeft: .seconds(30), body: Array("abc".utf8))
                request.query = [MeshField("count", "\(count)")]
                request.principal = Principal(userID: "ü", tenantID: nil, sessionID: "s", role: "r", permissions: [])
                let reply = try await client.call(request, to: "python")
                #expect(reply.status == 200 && reply.headers.first(named: "x-user") == "ü")
                #expect(reply.body == Array(String(repeating: "abc", count: count).utf8))
            }
            // A statement by a signer that may not make one.
            var forged = MeshRequest(operation: "python.repeat", timeLeft: .seconds(30))
            forged.identity = try SignedIdentity(
                Principal(userID: "u", tenantID: nil, sessionID: "s", role: "r", permissions: []),
                signer: "gateway",
                key: SignatureKey(seed: SecureRandom.bytes(32)),
                now: WallClock.seconds()
            )
            let error = await meshError { [forged] in try await client.call(forged, to: "python") }
            #expect(error == .unidentified(service: "python"))
            let unknown = try await client.call(MeshRequest(operation: "x", timeLeft: .seconds(30)), to: "python")
            #expect(unknown.status == 404)
            #expect(
                unknown.failure == MeshFailure(code: "NOT_FOUND", message: "There is no operation x of that version.")
            )
            peer.kill()
        }
        await client.close()
    }
}

extension PythonPeer {
    /// Starts `mesh_peer.py`.
    convenience init(_ mode: String, key: [UInt8], address: MeshAddress) throws {
        let keyring = try MeshRoot(key).keyring(
            of: "python",
            calling: ["echo"],
            calledBy: ["tester"],
            hearing: [],
            believing: ["gateway"]
        )
        try self.init("mesh_peer.py", [mode, address.description], environment: ["MESH_KEYS": keyring.text])
    }
}
