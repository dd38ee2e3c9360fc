import Foundation
import Loops
@testable import Mesh
import Nanomsg
import OpenSSL
import Synchronization
import TestKit
import Testing

/// Peers that send anything at all, over connections of their own; nothing of it may cost more than a line in the log.
///
/// One after the other and nothing beside, because memory is measured.
@Suite("Floods", .serialized, .timeLimit(.minutes(10)))
struct FloodTests {
    /// Of the 100,000, those that go to a server; the rest go to clients.
    private static let toServer = 60_000
    private static let toClient = 40_000
    /// What the allocator may keep of what has passed through it.
    private static let tolerance = 12 << 20

    @Test("60,000 malformed requests over raw connections leave the server as it was", arguments: Seed.batch(1))
    func server(seed: Seed) async throws {
        var random = seed.generator
        let mesh = try TestMesh(.tcp)
        let address = try mesh.address()
        let executed = Counter()
        let server = try mesh.server(at: address) { request in
            executed.increment()
            return MeshReply(body: request.body)
        }
        let client = try mesh.client(of: [address])
        _ = try await client.call(.echo(), to: "echo")
        let valid = Frames(keys: mesh.keys, instance: UInt64(server.instance, radix: 16) ?? 0)
        let before = executed.count
        try flood(address, Self.toServer / 6, valid.request(), &random)  // the allocator's own needs
        let memory = try residentBytes()
        for _ in 0..<5 { try flood(address, Self.toServer / 6, valid.request(), &random) }
        #expect(try await client.call(.echo([7]), to: "echo").body == [7])
        // Unchanged, one of them is good, once.
        #expect(executed.count <= before + 2)
        try await until { try residentBytes() < memory + Self.tolerance ? true : nil }
        await client.close()
        await server.drain()
    }

    private func flood(_ address: MeshAddress, _ count: Int, _ valid: [UInt8], _ random: inout SeededGenerator) throws {
        var remaining = count
        while remaining > 0 {
            let connection = try RawConnection(to: address)
            connection.greet(as: 0x30)  // REQ
            for _ in 0..<min(remaining, 100) {
                remaining -= 1
                let message = Frames.spoiled(valid, &random)
                connection.write(RawConnection.frame([0x80, 0, 0, 1] + message))
            }
            Frames.goodbye(valid, &random).map(connection.write)
        }
    }

    @Test("40,000 malformed replies over raw connections leave the client as it was", arguments: Seed.batch(1))
    func client(seed: Seed) async throws {
        let mesh = try TestMesh(.tcp)
        let address = try mesh.address()
        let listener = try RawConnection.Listener(at: address)
        let (valid, keys) = (Frames(keys: mesh.keys, instance: 1), mesh.keys)
        let sent = Counter()
        let memory = Mutex(0)
        SystemThread.start(name: "flood") {
            var random = seed.generator
            while sent.count < Self.toClient, let connection = listener.accept() {
                connection.greet(as: 0x31)  // REP
                if sent.count >= Self.toClient / 6 {
                    memory.withLock { if $0 == 0 { $0 = (try? residentBytes()) ?? 0 } }
                }
                for _ in 0..<1000 {
                    sent.increment()
                    let message = Frames.spoiled(valid.reply(), &random)
                    connection.write(
                        RawConnection.frame([0x80, 0, 0, UInt8.random(in: 0..<64, using: &random)] + message)
                    )
                }
                Frames.goodbye(valid.reply(), &random).map(connection.write)
            }
        }
        let good = try mesh.address()
        let server = try mesh.server(at: good)
        let client = try mesh.client(of: [address, good], keys: keys)
        // All the time another replica is there for those who call.
        _ = try await until(.seconds(100)) { () async throws -> Bool? in
            let reply = try await client.call(.echo([7]), to: "echo")
            #expect(reply.body == [7])
            return sent.count < Self.toClient ? nil : true
        }
        let first = memory.withLock(\.self)
        try await until { try residentBytes() < first + Self.tolerance ? true : nil }
        await client.close()
        await server.drain()
    }

    @Test("Ten thousand stray connections, or as many as there are descriptors for, cost nobody an answer")
    func connections() async throws {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // Both ends are in this process.
        let count = min(10_000, Int(clamping: limit.rlim_cur) / 2 - 500)
        try #require(count >= 2_000, "The limit of descriptors is too low: ulimit -n 8192")
        let mesh = try TestMesh(.tcp)
        let address = try mesh.address()
        let server = try mesh.server(at: address)
        let client = try mesh.client(of: [address])
        _ = try await client.call(.echo(), to: "echo")
        var memory = 0
        for round in 0..<2 {
            var strays: [RawConnection] = []
            for number in 0..<count {
                let stray = try RawConnection(to: address)
                switch number % 4 {
                case 0: stray.greet(as: 0x30)
                case 1: stray.write(Array("GET / HTTP/1.1\r\n\r\n".utf8))
                case 2: stray.write([0, 0x53])
                default: break
                }
                strays.append(stray)
                // No more than the kernel keeps for a listener: whoever comes when that is full waits for a second.
                if number % 50 == 0 { #expect(try await client.call(.echo([1]), to: "echo").body == [1]) }
            }
            #expect(try await client.call(.echo([2]), to: "echo").body == [2])
            strays = []
            if round == 0 { memory = try residentBytes() }
        }
        try await until { try residentBytes() < memory + Self.tolerance ? true : nil }
        #expect(try await client.call(.echo([3]), to: "echo").body == [3])
        await client.close()
        await server.drain()
    }
}

/// Messages that were right once.
private struct Frames {
    private let key: SigningKey
    private let instance: UInt64

    init(keys: MeshKeys, instance: UInt64) {
        key = keys.pairKeys(from: "tester", to: "echo")[0]
        self.instance = instance
    }

    func request() -> [UInt8] {
        let envelope = RequestEnvelope(
            session: 5,
            sequence: 1,
            correlation: 1,
            instance: instance,
            sentAt: WallClock.seconds(),
            replyCredit: 8192,
            service: "echo",
            request: .echo(Array("some body".utf8))
        )
        let head = envelope.head()
        return key.seal(head, envelope.request.body, as: .request, caller: "tester") + head + envelope.request.body
    }

    func reply() -> [UInt8] {
        let head = ReplyEnvelope(instance: instance, status: 200).head(bodyBytes: 3)
        let context = Correlation(session: 5, number: 1).context
        return key.seal(head, [1, 2, 3], as: .reply, context: context) + head + [1, 2, 3]
    }

    /// Something like a valid message, or nothing of the kind.
    static func spoiled(_ valid: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var message = valid
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .random(atMost: 400, using: &random)
        case 1: return []
        case 2: break  // as recorded: a replay
        case 3: message.removeLast(.random(in: 1..<message.count, using: &random))
        case 4: message += .random(atMost: 2000, using: &random)
        case 5:  // the tag alone
            message[.random(in: 7..<39, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 6:
            let (from, to) = (
                Int.random(in: message.indices, using: &random), Int.random(in: message.indices, using: &random)
            )
            message.replaceSubrange(
                min(from, to)...max(from, to),
                with: message[min(from, to)...max(from, to)].reversed()
            )
        default:
            for _ in 0..<Int.random(in: 1..<8, using: &random) {
                message[.random(in: message.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            }
        }
        return message
    }

    /// How a connection ends: with half a message, one that claims to be huge, one too short for its header, or nothing.
    static func goodbye(_ valid: [UInt8], _ random: inout SeededGenerator) -> [UInt8]? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: RawConnection.frame(Array(valid.dropLast(20)), length: UInt64(valid.count))
        case 1: RawConnection.frame([1, 2, 3], length: .random(in: (64 << 20)...(.max), using: &random))
        case 2: RawConnection.frame([0x80, 0])
        default: nil
        }
    }
}

/// What this process holds of the machine's memory.
private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
}
