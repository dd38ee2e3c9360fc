import Contracts
import Foundation
import Mesh
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

/// A record of the threads that wrote reply bodies.
final class BodyThreads: Sendable {
    private let seen = Mutex<[Bool]>([])

    /// `true` for each body that was written off the serving threads.
    var areComputing: [Bool] { seen.withLock(\.self) }

    func note() { seen.withLock { $0.append(Thread.current.name == "computing") } }
}

/// A versioned reply that records the thread that writes its body.
struct NotedReply: ReplyWithHeaders {
    static let isVersioned = true
    let isShort: Bool
    let threads: BodyThreads
    var headers: [(String, String)] { [("etag", "\"1\"")] }

    func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        threads.note()
        return [1]
    }

    func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? { isShort ? body(trimmedTo: fields) : nil }
    static func read(body: [UInt8]) throws -> NotedReply { NotedReply(isShort: true, threads: BodyThreads()) }
    static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { nil }
}

struct GetNoted: ServiceOperation {
    static let contract = Contract("lab.noted", .get("/noted"), access: .everyone, "Shows where it was written")
    typealias Reply = NotedReply
}

struct ShowNoted: OperationHandler {
    let reply: NotedReply
    func handle(_ request: GetNoted, context: RequestContext) async throws -> NotedReply { reply }
}

@Suite("Threads that write replies") struct ReplyTests {
    private func context(_ known: String? = nil) -> RequestContext {
        RequestContext(requestID: "t", caller: "gateway", absencePrecondition: known, logger: .silent)
    }

    private func written(
        isShort: Bool,
        known: String? = nil
    ) async throws -> (reply: HandlerReply, areComputing: [Bool]) {
        let threads = BodyThreads()
        let handler = ShowNoted(reply: NotedReply(isShort: isShort, threads: threads))
        let reply = try await handler.reply(to: OperationInput(), context: context(known), trimmedTo: nil)
        return (reply, threads.areComputing)
    }

    @Test("A long body is written off the serving threads, a short one on them", arguments: [false, true])
    func places(isShort: Bool) async throws {
        for known in [nil, "\"2\""] {
            let (reply, areComputing) = try await written(isShort: isShort, known: known)
            #expect(reply.body == [1] && reply.header("etag") == "\"1\"")
            #expect(areComputing == [!isShort])
        }
    }

    @Test("A body that the caller has cached is not written", arguments: [false, true])
    func knownReplies(isShort: Bool) async throws {
        for known in ["\"1\"", "\"2\", W/\"1\"", "*"] {
            let (reply, areComputing) = try await written(isShort: isShort, known: known)
            #expect(areComputing.isEmpty)
            #expect(MeshReply(reply, ifNoneMatch: known).status == 304)
        }
    }

    @Test("Short and long bodies are tagged by their content", arguments: [10, 100_000])
    func tags(size: Int) async throws {
        let body = [UInt8](repeating: 7, count: size)
        let reply = HandlerReply(status: 200, contentType: "text/plain", headers: [], body: body)
        let tagged = try await reply.taggedByContent(context())
        #expect(tagged.header("etag") == EntityTag.of(body: body) && tagged.body == body)
    }
}
