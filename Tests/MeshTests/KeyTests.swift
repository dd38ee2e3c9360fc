import Nanomsg
import OpenSSL
import Synchronization
import TestKit
import Testing

@testable import Mesh

/// The keyrings of a deployment in which every service calls every named one.
private struct Deployment {
    let root: MeshRoot
    /// The callees by caller.
    var calls: [String: [String]]

    init(calls: [String: [String]], root: [UInt8] = SecureRandom.bytes(32)) throws {
        self.root = try MeshRoot(root)
        self.calls = calls
    }

    func keyring(of service: String, states: Bool = false) -> MeshKeyring {
        root.keyring(
            of: service,
            calling: calls[service] ?? [],
            calledBy: calls.filter { $0.value.contains(service) }.map(\.key),
            hearing: Array(calls.keys),
            stating: states,
            believing: ["gateway", "tester"]
        )
    }
}

@Suite("Keys of pairs", .timeLimit(.minutes(10)))
struct KeyTests {
    @Test("A keyring reads as it was written", arguments: Seed.batch(100))
    func text(seed: Seed) throws {
        var random = seed.generator
        let names = ["auth", "forms", "id-parser", "x1", "gateway"]
        func some() -> [String] { names.filter { _ in Bool.random(using: &random) } }
        let root = try MeshRoot((0..<32).map { _ in .random(in: .min ... .max, using: &random) })
        let keyring = root.keyring(
            of: names.randomElement(using: &random) ?? "",
            calling: some(),
            calledBy: some(),
            hearing: some(),
            stating: .random(using: &random),
            believing: some()
        )
        #expect(try MeshKeyring(parsing: keyring.text) == keyring)
        #expect(try MeshKeyring(parsing: "# ours\n\n" + keyring.text.replacing("\n", with: "\r\n")) == keyring)
    }

    @Test("An error in a keyring names its line, without a key")
    func faults() throws {
        let key = String(repeating: "0f", count: 32)
        let cases = [
            ("", "whose it is"), ("keyring forms", "publishes"), ("keyring Forms", "line 1"),
            ("keyring forms\ncalls auth \(key.dropLast())", "line 2"), ("keyring forms\ncalls auth", "line 2"),
            ("keyring forms\ncalls auth \(key)\ncalls auth \(key)", "line 3 repeats calls auth"),
            ("keyring forms\ncalls \(String(repeating: "a", count: 64)) \(key)", "line 2"),
            ("\(key)\(key)", "line 1"), ("keyring forms\nserves auth \(key.uppercased())", "line 2"),
        ]
        for (text, part) in cases {
            let error = #expect(throws: MeshConfigurationError.self) { try MeshKeyring(parsing: text) }
            #expect(error?.reason.contains(part) == true, "\(error?.reason ?? "")")
            #expect(error?.reason.contains(String(key.prefix(20))) == false)
        }
    }

    @Test("No two keys of a deployment are the same, and a daemon has none of a pair that it is not part of")
    func separation() throws {
        let names = ["gateway", "auth", "forms", "societies"]
        let deployment = try Deployment(calls: Dictionary(uniqueKeysWithValues: names.map { ($0, names) }))
        var holders: [[UInt8]: Set<String>] = [:]
        for name in names {
            let ring = deployment.keyring(of: name, states: name == "gateway")
            let secrets =
                Array(ring.callees.values) + Array(ring.callers.values) + [ring.publicationSeed]
                + (ring.identitySeed.map { [$0] } ?? [])
            for secret in secrets { holders[secret, default: []].insert(name) }
        }
        // One key for every ordered pair, one for each publisher, and the gateway's for statements.
        #expect(holders.count == names.count * names.count + names.count + 1)
        #expect(holders.values.allSatisfy { $0.count <= 2 })
        let forms = deployment.keyring(of: "forms")
        #expect(forms.callees["auth"] != forms.callers["auth"] && forms.identitySeed == nil)
    }

    @Test("A service answers those that have a key to call it, by the name that the key belongs to, and nobody else")
    func callers() async throws {
        let mesh = try TestMesh()
        let address = try mesh.address()
        let deployment = try Deployment(calls: ["forms": ["echo"], "gateway": ["echo"], "auth": [], "echo": []])
        var configuration = mesh.configuration(listeningAt: address)
        configuration.keys = try MeshKeys(deployment.keyring(of: "echo"))
        let server = try TestMesh.server(configuration) { MeshReply(body: Array($0.caller.utf8)) }
        func client(_ name: String, _ keyring: MeshKeyring) throws -> MeshClient {
            var limits = MeshLimits.forTests
            limits.reconnectGrace = .milliseconds(300)
            return try MeshClient(
                configuration: MeshConfiguration(
                    service: name,
                    peers: ["echo": MeshPeer(requests: [address])],
                    keys: MeshKeys(keyring),
                    limits: limits
                ),
                logger: .silent
            )
        }
        for name in ["forms", "gateway"] {
            let client = try client(name, deployment.keyring(of: name))
            #expect(try await client.call(.echo(), to: "echo").body == Array(name.utf8))
            await client.close()
        }
        // A service whose keyring lacks the key for a call does not start.
        #expect(throws: MeshConfigurationError.self) { try client("auth", deployment.keyring(of: "auth")) }
        // A caller whose pair's key the callee does not know gets no reply.
        let stranger = try Deployment(calls: ["auth": ["echo"]], root: SecureRandom.bytes(32))
        let refused = try client("auth", stranger.keyring(of: "auth"))
        #expect(await meshError { try await refused.call(.echo(), to: "echo") } != nil)
        await refused.close()
        await server.drain()
    }

    @Test("All keys are replaced while calls go on, and none fails")
    func rotation() async throws {
        let mesh = try TestMesh()
        let calls = ["tester": ["echo"], "echo": []]
        let (old, new) = (try Deployment(calls: calls), try Deployment(calls: calls))
        func keys(_ name: String, _ stage: Int) throws -> MeshKeys {
            let (old, new) = (old.keyring(of: name, states: true), new.keyring(of: name, states: true))
            return switch stage {
            case 0: try MeshKeys(old)
            case 1: try MeshKeys(old, previous: new)
            case 2: try MeshKeys(new, previous: old)
            default: try MeshKeys(new)
            }
        }
        let addresses = [try mesh.address(), try mesh.address()]
        func server(_ index: Int, _ stage: Int) throws -> MeshServer {
            var configuration = mesh.configuration(listeningAt: addresses[index])
            configuration.keys = try keys("echo", stage)
            return try TestMesh.server(configuration) { MeshReply(body: Array(($0.principal?.userID ?? "").utf8)) }
        }
        func client(_ stage: Int) throws -> MeshClient { try mesh.client(of: addresses, keys: keys("tester", stage)) }
        let principal = Principal(userID: "u", tenantID: nil, sessionID: "s", role: "r", permissions: [])
        let load = Load(try client(0))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var failures = 0
                    while !load.isOver.load(ordering: .relaxed) {
                        var request = MeshRequest.echo()
                        request.repeatability = .idempotent
                        request.principal = principal
                        // A closing client finishes its calls; a call that comes too late goes to the next client.
                        switch await Result(catching: {
                            try await load.client.withLock(\.self).call(request, to: "echo")
                        })
                        {
                        case .success(let reply) where reply.body == [UInt8(ascii: "u")]: load.answered.increment()
                        case .failure(MeshError.closed): break
                        default:
                            failures += 1
                            load.answered.increment()  // or nothing would go on
                        }
                    }
                    return failures
                }
            }
            var servers = [try server(0, 0), try server(1, 0)]
            for stage in 1...3 {
                // Restart one daemon after the other, while some are a step ahead of others.
                for index in servers.indices {
                    await load.answered.reaches(load.answered.count + 50)
                    await servers[index].drain()
                    servers[index] = try server(index, stage)
                }
                let next = try client(stage)
                let before = load.client.withLock { client in
                    defer { client = next }
                    return client
                }
                await before.close()
                await load.answered.reaches(load.answered.count + 50)
            }
            load.isOver.store(true, ordering: .relaxed)
            for try await failures in group { #expect(failures == 0) }
            await load.client.withLock(\.self).close()
            for server in servers { await server.drain() }
        }
    }
}

/// Calls that continue while everything behind them is replaced.
private final class Load: Sendable {
    /// The current client.
    let client: Mutex<MeshClient>
    let isOver = Atomic<Bool>(false)
    let answered = Counter()

    init(_ client: MeshClient) { self.client = Mutex(client) }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
