public import Contracts
import HTTPTypes

/// Answers one operation.
public protocol OperationHandler: Sendable {
    associatedtype Request: ServiceOperation

    /// - Throws: `ServiceError` or `ValidationError` for a refusal; anything else is logged and leaves as
    ///   `INTERNAL_ERROR` without detail.
    func handle(_ request: Request, context: RequestContext) async throws -> Request.Reply
}

extension OperationHandler {
    package static var operation: any ServiceOperation.Type { Request.self }

    /// Reads the fields, runs the handler and writes the reply.
    func reply(
        to input: OperationInput,
        context: RequestContext,
        trimmedTo fields: Set<String>?
    ) async throws -> HandlerReply {
        let request = try await read(input, context)
        do {
            let reply = try await handle(request, context: context)
            return try await write(reply, trimmedTo: fields, context)
        } catch let error as JSONSyntaxError {
            // The request was JSON: what a handler reads beyond it is not the caller's.
            throw UnreadableValue(Self.self, error)
        }
    }

    /// Reads a small body on the serving thread, and a large one in turn with those of other users.
    private func read(_ input: OperationInput, _ context: RequestContext) async throws -> Request {
        guard input.isLarge else { return try Request.decode(input) }
        return try await context.computing { _ in try Request.decode(input) }
    }

    /// Writes a short body on the serving thread and a long one off it, or none if the caller has it cached.
    private func write(
        _ reply: Request.Reply,
        trimmedTo fields: Set<String>?,
        _ context: RequestContext
    ) async throws -> HandlerReply {
        let contract = Request.contract
        if contract.route?.method == .get, let known = context.absencePrecondition,
            let tag = (reply as? any ReplyWithHeaders)?.headers.first(where: { $0.0 == "etag" })?.1,
            EntityTag.isNamed(tag, in: known)
        {
            return HandlerReply(reply, contract, body: [])
        }
        if let body = reply.shortBody(trimmedTo: fields) { return HandlerReply(reply, contract, body: body) }
        return try await context.computing { _ in HandlerReply(reply, contract, trimmedTo: fields) }
    }
}

extension OperationInput {
    /// Tells whether reading the body takes more than about 1 ms.
    fileprivate var isLarge: Bool { body.count > ServingThread.bytes }
}

extension ServiceOperation {
    /// The members of the object that it shows, or of each in its list; `nil` where that is no object with fixed members.
    static var replyMembers: [String]? {
        var components = SchemaComponents()
        let data = Reply.bodySchema(&components)?["properties"]?["data"]
        let item = data?["items"] ?? data
        let object = item?.referencedName.flatMap { components.schemas[$0] } ?? item
        return object?["properties"]?.objectValue?.names
    }
}

/// A reply as it goes out, and as it is kept for a repeated request.
struct HandlerReply: Sendable, Equatable {
    let status: Int
    let contentType: String
    let headers: [Header]
    let body: [UInt8]

    struct Header: ContractObject, Equatable {
        let name: String
        let value: String
    }

    init(status: Int, contentType: String, headers: [Header], body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    init<Reply: OperationReply>(_ reply: Reply, _ contract: Contract, trimmedTo fields: Set<String>?) {
        self.init(reply, contract, body: reply.body(trimmedTo: fields))
    }

    init<Reply: OperationReply>(_ reply: Reply, _ contract: Contract, body: [UInt8]) {
        status = contract.success.code
        contentType = Reply.contentType
        headers = ((reply as? any ReplyWithHeaders)?.headers ?? []).map { Header(name: $0.0, value: $0.1) }
        self.body = body
    }

    /// The reply with a hash of its body as `ETag`, unless it has one.
    ///
    /// A long body is hashed off the serving thread, in `RequestContext.computing`.
    func versionedByContent(_ context: RequestContext) async throws -> HandlerReply {
        guard header("etag") == nil else { return self }
        guard body.count > ServingThread.bytes else { return tagged() }
        return try await context.computing { _ in tagged() }
    }

    private func tagged() -> HandlerReply {
        let tag = Header(name: "etag", value: EntityTag.of(body: body))
        return HandlerReply(status: status, contentType: contentType, headers: headers + [tag], body: body)
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
