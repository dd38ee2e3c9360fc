import Foundation
@testable import Mesh
import TestKit
import Testing

@Suite("Envelopes")
struct EnvelopeTests {
    @Test("Requests, replies and publications read as they were written", arguments: Seed.batch(200))
    func roundTrip(seed: Seed) throws {
        var random = seed.generator
        let request = RequestEnvelope.random(using: &random)
        let bytes = request.head() + request.request.body
        let read = try RequestEnvelope(decoding: bytes, 0..<bytes.count)
        #expect(read.head() + read.request.body == bytes)
        #expect(read.request.body == request.request.body && read.request.identity == request.request.identity)

        let reply = ReplyEnvelope.random(using: &random)
        let replyBytes = reply.head(bodyBytes: reply.body.count) + reply.body
        let readReply = try ReplyEnvelope(decoding: replyBytes, 0..<replyBytes.count)
        #expect(readReply.head(bodyBytes: readReply.body.count) + readReply.body == replyBytes)

        let publication = Publication.event(.random(using: &random))
        let payload = publication.payload(sentAt: 77)
        let (readPublication, sentAt) = try Publication.decode(payload, 0..<payload.count)
        #expect(readPublication == publication && sentAt == 77)
    }

    @Test("Garbage and cut messages are errors and nothing worse", arguments: Seed.batch(200))
    func garbage(seed: Seed) {
        var random = seed.generator
        let request = RequestEnvelope.random(using: &random)
        var bytes = request.head() + request.request.body
        for _ in 0..<Int.random(in: 1..<8, using: &random) where !bytes.isEmpty {
            bytes[.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            bytes.removeLast(.random(in: 0...min(3, bytes.count), using: &random))
        }
        _ = try? RequestEnvelope(decoding: bytes, 0..<bytes.count)
        _ = try? ReplyEnvelope(decoding: bytes, 0..<bytes.count)
        _ = try? Publication.decode(bytes, 0..<bytes.count)
        _ = try? EventBatch(decoding: bytes)
    }

    @Test("Fields of a later version are passed over")
    func unknownFields() throws {
        var writer = ProtobufWriter()
        writer.uint(1000, 5)
        writer.string(9, "known")
        writer.fixed64(1001, 6)
        writer.fixed32(1002, 7)
        writer.bytes(1003, [1, 2])
        writer.message(1004) { $0.string(1, String(repeating: "x", count: 300)) }
        writer.uint(10, 3)
        let read = try RequestEnvelope(decoding: writer.bytes, 0..<writer.bytes.count)
        #expect(read.request.operation == "known" && read.request.version == 3)
    }

    @Test("The greatest numbers there are harm nobody who adds to them or passes them on")
    func greatNumbers() throws {
        var refusal = ProtobufWriter()
        refusal.uint(3, .max)  // the wait, in milliseconds
        var envelope = ReplyEnvelope(instance: 7, status: 503)
        envelope.errorCode = "overloaded"
        let reply = try envelope.reply(body: refusal.bytes)
        let passedOn = ReplyEnvelope(reply, instance: 8)
        #expect(try passedOn.reply(body: passedOn.body).failure?.retryAfter == .seconds(86_400))

        var request = ProtobufWriter()
        request.uint(7, .max)  // the credit
        let read = try RequestEnvelope(decoding: request.bytes, 0..<request.bytes.count)
        var held = HeldReplies(maxBytes: 100)
        let asker = Correlation(session: 1, number: 1)
        let kept = held.hold([1, 2, 3], for: asker, until: .now + .seconds(1))
        let name = try #require(kept)
        let piece = held.piece(of: name, at: 1, atMost: read.replyCredit, for: asker)
        #expect(piece == [2, 3])
    }

    @Test("Text that is not UTF-8, overlong numbers and wrong types are errors")
    func malformed() {
        let cases: [[UInt8]] = [
            [0x4a, 1, 0xff], [0x4a, 5, 0x61], [0x4a, 2, 0xc3, 0xa9], [0x42, 1, 0x20],
            [0x5a, 0x80, 2] + [UInt8](repeating: 0x61, count: 256), [0x4a], [0x48, 1], [0x09, 1, 2], [0x00, 0], [0x0b],
            [0x50] + [UInt8](repeating: 0xff, count: 10), [0x4a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ]
        for bytes in cases {
            #expect(throws: MalformedEnvelope.self) { try RequestEnvelope(decoding: bytes, 0..<bytes.count) }
        }
    }

    @Test("protoc and we read each other's messages", arguments: Seed.batch(1))
    func interoperability(seed: Seed) throws {
        var random = seed.generator
        let cases = 0..<200
        let requests = cases.map { _ in RequestEnvelope.random(using: &random) }.map { $0.head() + $0.request.body }
        let replies = cases.map { _ in ReplyEnvelope.random(using: &random) }
            .map { $0.head(bodyBytes: $0.body.count) + $0.body }
        let events = cases.map { _ in MeshEvent.random(using: &random).encoded() }
        var corpus = ProtobufWriter()
        for (field, messages) in [requests, replies, events].enumerated() {
            for message in messages {
                corpus.bytes(field + 1, message)
            }
        }
        let protoc = try Protoc()
        let text = try protoc.run("--decode", input: corpus.bytes)
        // Every field has a name, so the schema knows it; one it did not know would be shown by its number.
        #expect(!String(decoding: text, as: UTF8.self).split(separator: "\n").contains { $0.contains(/^ *[0-9]+[ :]/) })

        var rewritten: [[[UInt8]]] = [[], [], []]
        var reader = ProtobufReader(try protoc.run("--encode", input: text))
        while let field = try reader.next() { rewritten[field - 1].append(try reader.content()) }
        for (ours, theirs) in zip(requests, rewritten[0]) {
            let read = try RequestEnvelope(decoding: theirs, 0..<theirs.count)
            #expect(read.head() + read.request.body == ours)
        }
        for (ours, theirs) in zip(replies, rewritten[1]) {
            let read = try ReplyEnvelope(decoding: theirs, 0..<theirs.count)
            #expect(read.head(bodyBytes: read.body.count) + read.body == ours)
        }
        for (ours, theirs) in zip(events, rewritten[2]) {
            #expect(try MeshEvent(decoding: theirs).encoded() == ours)
        }
        #expect(rewritten.map(\.count) == [200, 200, 200])
    }

    @Test("Numbers stand for the names that the schema gives them")
    func names() throws {
        var request = MeshRequest(operation: "o", version: 2, requestID: "r", timeLeft: .zero)
        request.idempotencyKey = "k"
        request.contentType = "x"
        request.pathParameters = [MeshField("p", "1")]
        request.query = [MeshField("q", "1")]
        request.headers = [MeshField("h", "1")]
        let principal = Principal(
            userID: "u",
            tenantID: "t",
            sessionID: "s",
            role: "l",
            permissions: ["m"],
            credential: .apiKey
        )
        let key = SignatureKey(seed: [UInt8](repeating: 1, count: 32))
        request.identity = try SignedIdentity(principal, signer: "g", key: key, now: 1_000)
        let envelope = RequestEnvelope(
            session: 9,
            sequence: 8,
            correlation: 7,
            instance: 6,
            sentAt: 5,
            replyCredit: 4,
            service: "e",
            request: request
        )
        var corpus = ProtobufWriter()
        corpus.bytes(1, envelope.head())
        let lines = String(decoding: try Protoc().run("--decode", input: corpus.bytes), as: UTF8.self)
            .split(separator: "\n").map { $0.drop { $0 == " " } }
            .filter { !$0.hasPrefix("signature: ") && !$0.hasPrefix("key_id: ") && !$0.hasPrefix("statement: ") }
        #expect(
            lines == [
                "requests {", "session: 9", "sequence: 8", "correlation: 7", "instance: 6", "sent_at: 5",
                "reply_credit: 4", #"service: "e""#, #"operation: "o""#, "version: 2", #"request_id: "r""#,
                #"traceparent: "\#(request.trace.traceparent)""#, #"idempotency_key: "k""#, "path_parameters {",
                #"name: "p""#, #"value: "1""#, "}", "query {",
                #"name: "q""#, #"value: "1""#, "}", "headers {", #"name: "h""#, #"value: "1""#, "}",
                #"content_type: "x""#, "identity {", "}", "}",
            ]
        )
    }
}

/// Google's implementation of protobuf, as its compiler brings it; it works on many messages at once.
private struct Protoc {
    private static let corpus = """
        syntax = "proto3";
        import "mesh.proto";
        message Corpus {
          repeated rovierr.mesh.v1.Request requests = 1;
          repeated rovierr.mesh.v1.Reply replies = 2;
          repeated rovierr.mesh.v1.Event events = 3;
        }
        """

    private let schemas = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Libraries/Mesh/Envelope").standardizedFileURL

    init() throws {
        try #require(FileManager.default.isExecutableFile(atPath: "/usr/bin/protoc"), "protobuf-compiler is missing")
    }

    func run(_ direction: String, input: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "protoc-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.corpus.write(to: folder.appending(path: "corpus.proto"), atomically: true, encoding: .utf8)
        let (source, target) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input).write(to: source)
        try Data().write(to: target)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/protoc")
        process.arguments = ["\(direction)=Corpus", "-I", schemas.path, "-I", folder.path, "corpus.proto"]
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: target)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return Array(try Data(contentsOf: target))
    }
}
