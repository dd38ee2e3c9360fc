import Contracts
import HTTPTypes
import Logging
public import Mesh
import OpenSSL
import Postgres
import Telemetry

/// From a mesh request to the handler of its operation and back: access, fields, errors, repeated requests.
///
/// This is the only place where what a handler throws becomes a reply.
public struct Dispatcher: Sendable {
    private struct Entry: Sendable {
        let handler: any OperationHandler
        let contract: Contract
        let figures: RequestFigures
    }

    private let entries: [String: Entry]
    private let description: [UInt8]
    private let records: IdempotencyRecords?
    private let outbox: Outbox?
    private let tracer: Tracer?
    private let logger: Logger

    /// - Parameters:
    ///   - service: The daemon's name, which every operation's name starts with.
    ///   - version: Of the build.
    ///   - handlers: One per operation.
    ///   - events: What types of events it emits.
    ///   - database: Where repeated requests and events are kept; `nil` for a service without tables.
    ///   - metrics: Where calls are counted and timed.
    ///   - tracer: Where they become spans.
    ///   - logger: For what no handler expected.
    init(
        service: String,
        version: String,
        handlers: [any OperationHandler],
        events: [any ServiceEvent.Type],
        database: Database?,
        metrics: Metrics,
        tracer: Tracer?,
        logger: Logger
    ) {
        var entries: [String: Entry] = [:]
        for handler in handlers {
            let contract = type(of: handler).operation.contract
            precondition(contract.service == service, "\(contract.name) does not belong to \(service)")
            precondition(entries[contract.name] == nil, "\(contract.name) has two handlers")
            entries[contract.name] = Entry(
                handler: handler,
                contract: contract,
                figures: RequestFigures(
                    metrics,
                    prefix: "rovierr_request",
                    of: "an operation",
                    operation: contract.name
                )
            )
        }
        for event in events {
            precondition(event.producer == service, "\(event.type) is an event of \(event.producer), not of \(service)")
        }
        self.entries = entries
        self.description =
            ServiceDescription(
                service: service,
                version: version,
                operations: handlers.map { type(of: $0).operation },
                events: events
            ).jsonBytes
        self.records = database.map(IdempotencyRecords.init)
        self.outbox = database.map { Outbox(service: service, database: $0) }
        self.tracer = tracer
        self.logger = logger
    }

    /// Answers a request; every failure is a reply too.
    public func handle(_ request: MeshRequest) async -> MeshReply {
        switch request.operation {
        case "mesh.describe": return MeshReply(body: description)
        case "events.pull": return await reply { try await pull(request) }
        default: break
        }
        guard let entry = entries[request.operation], Int(request.version) == entry.contract.version else {
            return MeshReply(ServiceError(.notFound, "There is no operation \(request.operation) of that version."))
        }
        let start = ContinuousClock.now
        var request = request
        var span = tracer.begin(entry.contract.name, .server, below: request.trace)
        if let span { request.trace = span.context }
        let traced = request
        let reply = await CurrentSpan.within(span) { () async -> MeshReply in
            await self.reply { try await self.answer(traced, entry) }
        }
        entry.figures.record(.now - start, status: reply.status)
        span?.attributes = [
            ("rpc.response.status_code", .number(reply.status)), ("request.id", .text(request.requestID)),
        ]
        span?.failure = reply.status >= 500 ? reply.failure?.code : nil
        tracer.record(span)
        return reply
    }

    private func reply(_ body: () async throws -> MeshReply) async -> MeshReply {
        do { return try await body() } catch let error as ServiceError {
            return MeshReply(error)
        } catch let error as ValidationError {
            return MeshReply(ServiceError(error))
        } catch let error as JSONSyntaxError {
            return MeshReply(ServiceError(.malformedJSON, "The body is no valid JSON: \(error)."))
        } catch {
            return MeshReply(unexpected(error))
        }
    }

    private func answer(_ request: MeshRequest, _ entry: Entry) async throws -> MeshReply {
        let request = try admitted(request, entry.contract)
        let idempotent = IdempotentRequest(request, entry.contract)
        let context = try RequestContext(request, idempotency: idempotent, logger: logger)
        try checkAccess(entry.contract, context)
        try checkContentType(request, entry.contract)
        do {
            if let idempotent, let stored = try await records?.find(idempotent) { return MeshReply(stored) }
            let fields = request.query.first(named: "fields").map { Set($0.split(separator: ",").map(String.init)) }
            let isRead = entry.contract.route?.method == .get
            let reply = try await tracer.within("handler", .internal, below: request.trace) {
                try await entry.handler.reply(
                    to: OperationInput(request),
                    context: context,
                    trimmedTo: isRead ? fields : nil
                )
            }
            return MeshReply(reply, ifNoneMatch: isRead ? request.headers.first(named: "if-none-match") : nil)
        } catch let repeated as RepeatedRequest {
            return MeshReply(repeated.reply)
        } catch let error where !(error is ServiceError || error is ValidationError || error is JSONSyntaxError) {
            context.logger.report(error, operation: request.operation)
            throw ServiceError(error)
        }
    }

    /// The request as an API key may make it: for its owner where its scopes reach, else for nobody where anyone may call.
    ///
    /// What another service asks follows from a request that was admitted.
    ///
    /// - Throws: `FORBIDDEN` elsewhere.
    private func admitted(_ request: MeshRequest, _ contract: Contract) throws(ServiceError) -> MeshRequest {
        guard let principal = request.principal, principal.apiKeyID != nil, request.caller == "gateway" else {
            return request
        }
        guard !contract.admitsKey(with: principal.permissions.map(Permission.init(unchecked:))) else { return request }
        guard contract.access == .everyone, !contract.needsSession else {
            let missing = contract.scope.map { "The API key lacks the scope \($0.text)." }
            throw ServiceError(.forbidden, missing ?? "This takes a session: an API key is not enough.")
        }
        var request = request
        request.principal = nil
        return request
    }

    /// Denies by default: the gateway has checked the same rule, but a service does not rely on it.
    private func checkAccess(_ contract: Contract, _ context: RequestContext) throws(ServiceError) {
        let isService = context.caller != "gateway"
        switch contract.access {
        case .everyone: break
        // The gateway asks on its own account too, and then for no user; it routes nobody here.
        case .services: guard isService || context.user == nil else { throw ServiceError(.notFound) }
        case .user: guard context.user != nil || isService else { throw ServiceError(.unauthorized) }
        case .permission(let permission):
            guard let user = context.user else {
                guard isService else { throw ServiceError(.unauthorized) }
                return
            }
            guard user.may(permission) else { throw ServiceError(.forbidden) }
        }
    }

    private func checkContentType(_ request: MeshRequest, _ contract: Contract) throws(ServiceError) {
        guard !request.body.isEmpty, contract.route?.hasBody ?? true else { return }
        let type = request.contentType.prefix { $0 != ";" }.trimmingSpaces().lowercased()
        let isRight =
            type == contract.requestType || type == "application/merge-patch+json" && contract.route?.method == .patch
        guard isRight else { throw ServiceError(.unsupportedMediaType, "Send the body as \(contract.requestType).") }
    }

    private func pull(_ request: MeshRequest) async throws -> MeshReply {
        guard let outbox else { throw ServiceError(.notFound) }
        let body = try JSONParser.parse(request.body)
        let limit = min(max(body["limit"]?.intValue ?? 200, 1), 1_000)
        let batch = try await outbox.events(after: Int64(body["after"]?.intValue ?? 0), limit: limit)
        return MeshReply(contentType: "application/protobuf", body: batch.encoded())
    }

    private func unexpected(_ error: any Error) -> ServiceError {
        logger.report(error, operation: "")
        return ServiceError(error)
    }
}

extension Logger {
    /// Logs what no handler expected, once, with its cause; a caller that went away is no failure.
    fileprivate func report(_ error: any Error, operation: String) {
        if error is CancellationError { return }
        let metadata: Metadata = ["operation": "\(operation)", "error": "\(error)"]
        if ServiceError(error).code == .internalError {
            self.error("A request failed", metadata: metadata)
        } else {
            warning("A request could not be served", metadata: metadata)
        }
    }
}

extension ServiceError {
    /// What a caller hears of an error that no service declared: nothing of its inside.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as ValidationError: self.init(error)
        case let error as MeshError: self.init(error)
        case is CancellationError, WorkExhausted.deadline: self.init(.deadlineExceeded)
        case WorkExhausted.steps:
            self.init(.payloadTooLarge, "This takes more work than one request may cause; send less.")
        case let error as PostgresError where error.isUnavailable:
            self.init(.serviceUnavailable, retryAfter: .seconds(1))
        case let error as PostgresError where error.isTimeout: self.init(.deadlineExceeded)
        default: self.init(.internalError)
        }
    }
}

extension MeshReply {
    init(_ error: ServiceError) {
        self.init(
            status: error.code.status.code,
            failure: MeshFailure(
                code: error.code.code,
                message: error.message,
                details: error.details.map {
                    MeshFailure.Detail(field: $0.field, message: $0.message, code: $0.code?.rawValue)
                },
                retryAfter: error.retryAfter
            )
        )
    }

    init(_ reply: HandlerReply, ifNoneMatch: String? = nil) {
        let headers = reply.headers.map { MeshField($0.name, $0.value) }
        if let ifNoneMatch, let etag = reply.header("etag"), EntityTag.isNamed(etag, in: ifNoneMatch) {
            self.init(status: 304, contentType: "", headers: headers)
        } else {
            self.init(status: reply.status, contentType: reply.contentType, headers: headers, body: reply.body)
        }
    }
}

/// What an `ETag` says.
public enum EntityTag {
    /// Whether `If-None-Match` names a tag, by weak comparison (RFC 9110 §13.1.2).
    public static func isNamed(_ tag: String, in list: String) -> Bool {
        list.trimmingSpaces() == "*"
            || list.split(separator: ",").contains { opaque($0.trimmingSpaces()) == opaque(tag) }
    }

    /// The tag without the mark of a weak one.
    static func opaque(_ tag: some StringProtocol) -> String {
        String(tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : String(tag))
    }
}

extension OperationInput {
    init(_ request: MeshRequest) {
        self.init(
            path: request.pathParameters.map { ($0.name, $0.value) },
            query: request.query.filter { $0.name != "fields" }.map { ($0.name, $0.value) },
            body: request.body
        )
    }
}
