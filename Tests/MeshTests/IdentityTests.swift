import OpenSSL
import TestKit
import Testing

@testable import Mesh

@Suite("Who users are", .timeLimit(.minutes(10)))
struct IdentityTests {
    private static let skew: UInt64 = 60
    private let ada = Principal(
        userID: "ada",
        tenantID: "t",
        sessionID: "s",
        role: "student",
        permissions: ["forms:read"],
        credential: .apiKey
    )

    /// The verifier of a service whose keyring names these signers.
    private func verifier(_ signers: [String], root: MeshRoot) throws -> IdentityVerifier {
        let keyring = root.keyring(of: "forms", calling: [], calledBy: [], hearing: [], believing: signers)
        return IdentityVerifier(keys: try MeshKeys(keyring), clockSkew: .seconds(Int64(Self.skew)))
    }

    private func issuer(root: MeshRoot) throws -> IdentityIssuer {
        let keyring = root.keyring(
            of: "gateway",
            calling: [],
            calledBy: [],
            hearing: [],
            stating: true,
            believing: ["gateway"]
        )
        return try #require(IdentityIssuer(keys: try MeshKeys(keyring)))
    }

    private func key(of signer: String, _ root: MeshRoot) -> SignatureKey {
        SignatureKey(seed: root.identitySeed(of: signer))
    }

    @Test("A statement is believed for its time, from those that may make it, and in their own name")
    func belief() throws {
        let root = try MeshRoot(SecureRandom.bytes(32))
        let verifier = try verifier(["gateway", "operator"], root: root)
        let now: UInt64 = 1_000_000
        for signer in ["gateway", "operator"] {
            let identity = try SignedIdentity(ada, signer: signer, key: key(of: signer, root), now: now)
            for time in [now, now + SignedIdentity.lifetime + Self.skew - 1] {
                #expect(verifier.principal(of: identity, now: time) == ada)
            }
            #expect(verifier.principal(of: identity, now: now + SignedIdentity.lifetime + Self.skew) == nil)
        }
        let early = try SignedIdentity(ada, signer: "gateway", key: key(of: "gateway", root), now: now + Self.skew + 1)
        let forged = try [
            SignedIdentity(ada, signer: "gateway", key: key(of: "operator", root), now: now),
            SignedIdentity(ada, signer: "forms", key: key(of: "forms", root), now: now),
            SignedIdentity(ada, signer: "gateway", key: key(of: "gateway", MeshRoot(SecureRandom.bytes(32))), now: now),
            SignedIdentity(bytes: []), SignedIdentity(bytes: [1, 2, 3]), early,
            SignedIdentity(bytes: [UInt8](repeating: 0, count: SignedIdentity.maximumBytes + 1)),
        ]
        for identity in forged { #expect(verifier.principal(of: identity, now: now) == nil) }
    }

    @Test("No changed statement is believed, whatever was believed before", arguments: Seed.batch(100))
    func tampering(seed: Seed) throws {
        var random = seed.generator
        let root = try MeshRoot(SecureRandom.bytes(32))
        let verifier = try verifier(["gateway"], root: root)
        let identity = try SignedIdentity(ada, signer: "gateway", key: key(of: "gateway", root), now: 1_000)
        #expect(verifier.principal(of: identity, now: 1_000) == ada)
        var bytes = identity.bytes
        bytes[.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        // Another encoding of the statement, such as an unread field with another number, names no other user.
        let read = verifier.principal(of: SignedIdentity(bytes: bytes), now: 1_000)
        #expect(read == nil || read == ada)
    }

    @Test("A statement valid for hours is not believed, nor a credential of an unknown kind")
    func unreasonable() throws {
        let root = try MeshRoot(SecureRandom.bytes(32))
        let verifier = try verifier(["gateway"], root: root)
        func identity(expiresAt: UInt64, credential: UInt64) throws -> SignedIdentity {
            var statement = ProtobufWriter()
            statement.message(1) { writer in
                writer.string(1, "ada")
                writer.uint(6, credential)
            }
            statement.uint(2, 1_000)
            statement.uint(3, expiresAt)
            statement.string(4, "gateway")
            let key = key(of: "gateway", root)
            var writer = ProtobufWriter()
            writer.fixed32(1, key.id)
            writer.bytes(2, statement.bytes)
            writer.bytes(3, try key.signature(for: SignedIdentity.purpose, statement.bytes))
            return SignedIdentity(bytes: writer.bytes)
        }
        #expect(try verifier.principal(of: identity(expiresAt: 1_300, credential: 1), now: 1_000)?.userID == "ada")
        #expect(try verifier.principal(of: identity(expiresAt: 1_000 + 3_600, credential: 1), now: 1_000) == nil)
        #expect(try verifier.principal(of: identity(expiresAt: 999, credential: 1), now: 1_000) == nil)
        #expect(try verifier.principal(of: identity(expiresAt: .max, credential: 1), now: 1_000) == nil)
        #expect(try verifier.principal(of: identity(expiresAt: 1_300, credential: 2), now: 1_000) == nil)
    }

    @Test("A user is stated once and again before the statement is too old")
    func renewal() throws {
        let issuer = try issuer(root: MeshRoot(SecureRandom.bytes(32)))
        let first = try issuer.identity(of: ada, now: 1_000)
        #expect(try issuer.identity(of: ada, now: 1_000 + SignedIdentity.renewal - 1) == first)
        let second = try issuer.identity(of: ada, now: 1_000 + SignedIdentity.renewal)
        #expect(second != first)
        var promoted = ada
        promoted.role = "president"
        #expect(try issuer.identity(of: promoted, now: 1_000 + SignedIdentity.renewal) != second)
    }

    @Test("After the clock was set back, a user is stated again, and nobody believes a statement from the future")
    func clockSetBack() throws {
        let root = try MeshRoot(SecureRandom.bytes(32))
        let issuer = try issuer(root: root)
        let verifier = try verifier(["gateway"], root: root)
        let ahead = try issuer.identity(of: ada, now: 1_000_000)
        #expect(verifier.principal(of: ahead, now: 1_000_000) == ada)
        let now: UInt64 = 1_000_000 - Self.skew - 1
        let again = try issuer.identity(of: ada, now: now)
        #expect(again != ahead)
        #expect(verifier.principal(of: again, now: now) == ada)
        #expect(verifier.principal(of: ahead, now: now) == nil)
        #expect(try issuer.identity(of: ada, now: now + 1) == again)
    }

    @Test("A request for a user goes only with a statement, is refused without one, and carries it on as it came")
    func requests() async throws {
        let mesh = try TestMesh()
        let (address, next) = (try mesh.address(), try mesh.address())
        let root = try MeshRoot(SecureRandom.bytes(32))
        func keys(_ name: String, calling: [String], calledBy: [String]) throws -> MeshKeys {
            try MeshKeys(
                root.keyring(
                    of: name,
                    calling: calling,
                    calledBy: calledBy,
                    hearing: [],
                    stating: name == "gateway",
                    believing: ["gateway"]
                )
            )
        }
        func client(_ name: String, _ peers: [String: MeshAddress]) throws -> MeshClient {
            try MeshClient(
                configuration: MeshConfiguration(
                    service: name,
                    peers: peers.mapValues { MeshPeer(requests: [$0]) },
                    keys: keys(name, calling: Array(peers.keys), calledBy: []),
                    limits: .forTests
                ),
                logger: .silent
            )
        }
        var configuration = mesh.configuration(listeningAt: next)
        configuration.service = "last"
        configuration.keys = try keys("last", calling: [], calledBy: ["echo"])
        let last = try TestMesh.server(configuration) { request in
            MeshReply(body: Array("\(request.caller) for \(request.principal?.userID ?? "nobody")".utf8))
        }
        let onward = try client("echo", ["last": next])
        configuration = mesh.configuration(listeningAt: address)
        configuration.keys = try keys("echo", calling: ["last"], calledBy: ["gateway", "forms"])
        let server = try TestMesh.server(configuration) { request in
            var passedOn = MeshRequest(operation: "last.tell", timeLeft: .seconds(10), principal: request.principal)
            passedOn.identity = request.identity
            return try await onward.call(passedOn, to: "last")
        }
        let gateway = try client("gateway", ["echo": address])
        var request = MeshRequest.echo()
        #expect(try await gateway.call(request, to: "echo").body == Array("echo for nobody".utf8))
        request.principal = ada
        #expect(try await gateway.call(request, to: "echo").body == Array("echo for ada".utf8))

        // Another service cannot assert a user's identity, neither by itself nor with a statement of its own.
        let forms = try client("forms", ["echo": address])
        #expect(await meshError { try await forms.call(request, to: "echo") } == .unidentified(service: "echo"))
        let other = try MeshRoot(SecureRandom.bytes(32))
        request.identity = try SignedIdentity(
            ada,
            signer: "gateway",
            key: key(of: "gateway", other),
            now: WallClock.seconds()
        )
        #expect(await meshError { try await forms.call(request, to: "echo") } == .unidentified(service: "echo"))
        request.identity = SignedIdentity(bytes: [9])
        #expect(await meshError { try await forms.call(request, to: "echo") } == .unidentified(service: "echo"))
        for client in [gateway, forms, onward] { await client.close() }
        for server in [server, last] { await server.drain() }
    }

    @Test("What is remembered stays within its bounds, and what is used stays", arguments: Seed.batch(100))
    func memory(seed: Seed) {
        var random = seed.generator
        var entries = GenerationCache<Int, Int>(generationBytes: 1_000)
        entries.store(-1, -1, bytes: 100)
        for number in 0..<200 {
            entries.store(number, number, bytes: .random(in: 1...300, using: &random))
            #expect(entries.find(number) == number && entries.find(-1) == -1)
            #expect(entries.bytes <= 2_000)
        }
        #expect(entries.find(0) == nil)
    }
}
