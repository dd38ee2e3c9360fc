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
    static var operation: any ServiceOperation.Type { Request.self }

    /// Reads the fields, runs the handler and writes the reply.
    func reply(
        to input: OperationInput,
        context: RequestContext,
        trimmedTo fields: Set<String>?
    ) async throws -> HandlerReply {
        let reply = try await handle(Request.decode(input), context: context)
        return HandlerReply(reply, Request.contract, trimmedTo: fields)
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
        status = contract.success.code
        contentType = Reply.contentType
        headers = ((reply as? any ReplyWithHeaders)?.headers ?? []).map { Header(name: $0.0, value: $0.1) }
        body = reply.body(trimmedTo: fields)
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
