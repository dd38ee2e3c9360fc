import Contracts
import Mesh
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

/// Counts the bodies of replies that were written.
final class WrittenBodies: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .sequentiallyConsistent) }

    func note() { number.add(1, ordering: .sequentiallyConsistent) }
}

/// A versioned reply that counts how often its body is written.
struct NotedReply: ReplyWithHeaders {
    static let isVersioned = true
    let isShort: Bool
    let bodies: WrittenBodies
    var headers: [(String, String)] { [("etag", "\"1\"")] }

    func body(trimmedTo fields: Set<String>?) -> [UInt8] {
        bodies.note()
        return [1]
    }

    func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? { isShort ? body(trimmedTo: fields) : nil }
    static func read(body: [UInt8]) throws -> NotedReply { NotedReply(isShort: true, bodies: WrittenBodies()) }
    static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { nil }
}

struct GetNoted: ServiceOperation {
    static let contract = Contract("lab.noted", .get("/noted"), access: .everyone, "Show where it was written")
    typealias Reply = NotedReply
}

struct ShowNoted: OperationHandler {
    let reply: NotedReply
    func handle(_ request: GetNoted, context: RequestContext) async throws -> NotedReply { reply }
}

/// Answers every call with one body.
private struct SameAnswer: ServiceTransport {
    let body: [UInt8]
    func call(_ request: MeshRequest, to service: String) async throws -> MeshReply { MeshReply(body: body) }
}

@Suite("Threads that write and read replies") struct ReplyTests {
    private func context(_ known: String? = nil) -> RequestContext {
        RequestContext(requestID: "t", caller: "gateway", absencePrecondition: known, logger: .silent)
    }

    private func written(isShort: Bool, known: String? = nil) async throws -> (reply: HandlerReply, count: Int) {
        let bodies = WrittenBodies()
        let handler = ShowNoted(reply: NotedReply(isShort: isShort, bodies: bodies))
        let reply = try await handler.reply(to: OperationInput(), context: context(known), trimmedTo: nil)
        return (reply, bodies.count)
    }

    /// Runs `body` in a cancelled task, which gets no turn on the threads that compute.
    private func cancelled<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await body()
        }
        task.cancel()
        return await task.result
    }

    @Test("A long body is written off the serving threads, a short one on them", arguments: [false, true])
    func places(isShort: Bool) async throws {
        for known in [nil, "\"2\""] {
            let (reply, count) = try await written(isShort: isShort, known: known)
            #expect(reply.body == [1] && reply.header("etag") == "\"1\"" && count == 1)
            let result = await cancelled { try await written(isShort: isShort, known: known).reply }
            let isWritten = if case .success = result { true } else { false }
            #expect(isWritten == isShort)
        }
    }

    @Test("A body that the caller has cached is not written", arguments: [false, true])
    func knownReplies(isShort: Bool) async throws {
        for known in ["\"1\"", "\"2\", W/\"1\"", "*"] {
            let (reply, count) = try await written(isShort: isShort, known: known)
            #expect(count == 0)
            #expect(MeshReply(reply, ifNoneMatch: known).status == 304)
        }
    }

    @Test("Bodies are tagged by their content, long ones off the serving threads", arguments: [10, 100_000])
    func tags(size: Int) async throws {
        let body = [UInt8](repeating: 7, count: size)
        let reply = HandlerReply(status: 200, contentType: "text/plain", headers: [], body: body)
        let tagged = try await reply.versionedByContent(context())
        #expect(tagged.header("etag") == EntityTag.of(body: body) && tagged.body == body)
        let result = await cancelled { try await reply.versionedByContent(context()) }
        let isTagged = if case .success = result { true } else { false }
        #expect(isTagged == (size <= ServingThread.bytes))
    }

    @Test("Other services' replies are read, long ones off the serving threads", arguments: [10, 100_000])
    func reads(size: Int) async throws {
        let caller = ServiceCaller(over: SameAnswer(body: [UInt8](repeating: 7, count: size)), to: ["lab"])
        _ = try await caller.call(GetNoted(), context())
        let result = await cancelled { try await caller.call(GetNoted(), context()) }
        let isRead = if case .success = result { true } else { false }
        #expect(isRead == (size <= ServingThread.bytes))
    }
}
