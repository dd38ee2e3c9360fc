import Foundation
import Nanomsg
import Synchronization
import TestKit
import Testing

@testable import Mesh

@Suite("Publishers that fall silent", .timeLimit(.minutes(10)))
struct SilentPublisherTests {
    @Test("A publisher that is gone without a word is heard again when another stands at its address")
    func replacement() async throws {
        let mesh = try TestMesh(.ipc)
        let address = try mesh.address()
        let heard = Mutex<Set<Int64>>([])
        var configuration = mesh.configuration()
        configuration.peers = ["echo": MeshPeer(requests: [], events: [address])]
        configuration.limits.heartbeatTimeout = .milliseconds(100)
        let subscriber = try EventSubscriber(configuration: configuration, producers: ["echo"], logger: .silent) {
            signal in
            if case .heartbeat(let heartbeat, _) = signal { heard.withLock { _ = $0.insert(heartbeat.position) } }
        }
        func publisher() throws -> NanomsgSocket {
            let socket = try NanomsgSocket(.publish, maxMessageBytes: 1024)
            try socket.bind(address.description)
            return socket
        }
        func beat(_ socket: NanomsgSocket, position: Int64) async throws {
            let publication = Publication.heartbeat(EventHeartbeat(source: "echo", epoch: "1", position: position))
            try await until {
                let payload = publication.payload(sentAt: WallClock.seconds())
                let seal = try PublicationSigner(keys: mesh.keys, service: "echo").seal(payload)
                _ = try socket.send(Array(publication.topic.utf8) + [0], seal, payload)
                return heard.withLock { $0.contains(position) } ? () : nil
            }
        }
        let first = try publisher()
        try await beat(first, position: 1)
        // The connection to the first stays open, as one does whose host has lost its power, and nothing comes over it.
        try FileManager.default.removeItem(atPath: String(address.description.dropFirst("ipc://".count)))
        let second = try publisher()
        try await beat(second, position: 2)
        withExtendedLifetime((first, second)) { subscriber.close() }
    }
}
