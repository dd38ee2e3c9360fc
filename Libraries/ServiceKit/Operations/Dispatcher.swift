package import Contracts
import HTTPTypes
package import Logging
public import Mesh
package import Postgres
package import Telemetry

/// From a mesh request to the handler of its operation and back: access, fields, errors, repeated requests.
///
/// This is the only place where what a handler throws becomes a reply.
public struct Dispatcher: Sendable {
    private struct Entry: Sendable {
        let handler: any OperationHandler
        let contract: Contract
        /// The members of what it shows, which `fields` may name; `nil` where that has none.
        let members: [String]?
        /// `true` if a hash of its reply becomes the `ETag` here, since the reply has none of its own.
        let isVersionedByContent: Bool
        let figures: RequestFigures
    }

    private let entries: [String: Entry]
    private let description: [UInt8]
    private let records: IdempotencyRecords?
    private let outbox: Outbox?
    /// Limits new epochs of the outbox.
    private let restarts = Throttle(every: .seconds(600))
    private let tracer: Tracer?
    private let logger: Logger

    /// Stops the process if an operation of the list has no handler, or a handler's operation is not in the list.
    ///
    /// - Parameters:
    ///   - api: The service's operations and events.
    ///   - version: Of the build.
    ///   - handlers: One for each operation.
    ///   - database: Where repeated requests and events are kept; `nil` for a service without tables.
    ///   - metrics: Where calls are counted and timed.
    ///   - tracer: Where they become spans.
    ///   - logger: For what no handler expected.
    package init(
        _ api: ServiceAPI,
        version: String,
        handlers: [any OperationHandler],
        database: Database?,
        metrics: Metrics,
        tracer: Tracer?,
        logger: Logger
    ) {
        let faults = api.faults(handlers)
        guard faults.isEmpty else { fatalError(faults.joined(separator: "; ")) }
        var entries: [String: Entry] = [:]
        for handler in handlers {
            let contract = type(of: handler).operation.contract(in: api.service)
            precondition(
                contract.idempotency != .recorded || database != nil,
                "\(contract.name) is recorded, and \(api.service) has no tables"
            )
            entries[contract.name] = Entry(
                handler: handler,
                contract: contract,
                members: type(of: handler).operation.replyMembers,
                isVersionedByContent: type(of: handler).operation.isVersionedByContent,
                figures: RequestFigures(
                    metrics,
                    prefix: "rovierr_request",
                    of: "an operation",
                    operation: contract.name
                )
            )
        }
        self.entries = entries
        self.description = ServiceDescription(of: api, version: version).jsonBytes
        self.records = database.map(IdempotencyRecords.init)
        self.outbox = database.map { Outbox(service: api.service, database: $0) }
        self.tracer = tracer
        self.logger = logger
    }

    /// Answers a request; every failure is a reply too.
    public func handle(_ request: MeshRequest) async -> MeshReply {
        switch request.operation {
        case "mesh.describe": return MeshReply(body: description)
        case "events.pull": return await reply { try await pull(request) }
        case "mesh.health": return await health()
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
            return MeshReply(ServiceError(.malformedJSON, "The body is not valid JSON: \(error)."))
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
        try checkConditions(entry.contract, context)
        do {
            let isRead = entry.contract.route?.method == .get
            let fields = isRead ? try Self.fields(request, entry) : nil
            var reply = try await answerOnce(idempotent, entry, context) {
                try await tracer.within("handler", .internal, below: request.trace) {
                    try await entry.handler.reply(to: OperationInput(request), context: context, trimmedTo: fields)
                }
            }
            if entry.isVersionedByContent { reply = try await reply.versionedByContent(context) }
            return MeshReply(reply, ifNoneMatch: isRead ? request.headers.first(named: "if-none-match") : nil)
        } catch let error where !(error is ServiceError || error is ValidationError || error is JSONSyntaxError) {
            context.logger.report(error, operation: request.operation)
            throw ServiceError(error)
        }
    }

    /// Answers a request that carries a key from its record, if there is one, and stores the answer if there is none.
    ///
    /// The handler runs in either case, because it alone knows all rules of access: its transaction undoes what it does
    /// for a request that has a record (see `ServiceDatabase.transaction`). What it refuses for lack of access stays
    /// refused; anything else that it comes to, such as a conflict with the first request's own effect, gives way to the
    /// record.
    private func answerOnce(
        _ request: IdempotentRequest?,
        _ entry: Entry,
        _ context: RequestContext,
        _ run: () async throws -> HandlerReply
    ) async throws -> HandlerReply {
        guard let request, let records else { return try await run() }
        let stored = try await records.find(request)
        do {
            let reply = try await run()
            // A record would link the person to the reply; the handler of such a reply deals with retries itself.
            if request.progress.isRecorded || reply.header(AnonymousReply.header) != nil { return reply }
            if let stored { return stored }
            if !entry.contract.isIdempotent {
                context.logger.error("A handler changed something outside of the transaction that records its reply")
            }
            return try await records.insert(request, reply: reply)
        } catch let repeated as RepeatedRequest {
            return repeated.reply
        } catch let error where givesWay(error, entry.contract) {
            // A twin of the request may have been answered while this one ran.
            let stored = if let stored { stored } else { try await records.find(request) }
            guard let stored else { throw error }
            return stored
        }
    }

    /// Tells whether a refusal may come from the first request's own effect, so that its record is the answer.
    private func givesWay(_ error: any Error, _ contract: Contract) -> Bool {
        ServiceError(error).code.status.kind == .clientError && (contract.endsAccess || !Self.refusesAccess(error))
    }

    private static func refusesAccess(_ error: any Error) -> Bool {
        guard let error = error as? ServiceError else { return false }
        return [401, 403, 404].contains(error.code.status.code)
    }

    /// The members that the reply is trimmed to.
    ///
    /// - Throws: `ValidationError` for a name that the reply doesn't have.
    private static func fields(_ request: MeshRequest, _ entry: Entry) throws(ValidationError) -> Set<String>? {
        guard let text = request.query.first(named: "fields"), let members = entry.members else { return nil }
        let names = text.utf8.split(separator: UInt8(ascii: ","))
        let known = members.filter { member in names.contains { $0.elementsEqual(member.utf8) } }
        let areKnown = names.allSatisfy { name in known.contains { name.elementsEqual($0.utf8) } }
        guard !known.isEmpty, areKnown else {
            throw ValidationError("fields", .notAllowed, "Must name some of: \(members.joined(separator: ", ")).")
        }
        return Set(known)
    }

    /// The request as an API key may make it: for its owner within its scopes, else anonymous where anyone may call.
    ///
    /// A call from another service passes unchanged, because it follows from an admitted request.
    ///
    /// - Throws: `FORBIDDEN` in all other cases.
    private func admitted(_ request: MeshRequest, _ contract: Contract) throws(ServiceError) -> MeshRequest {
        guard let principal = request.principal, principal.credential == .apiKey, request.caller == "gateway" else {
            return request
        }
        guard !contract.admitsKey(with: principal.permissions.map(Permission.init(unchecked:))) else { return request }
        guard contract.access == .everyone, !contract.needsSession else {
            let missing = contract.scope.map { "The API key lacks the scope \($0.text)." }
            throw ServiceError(.forbidden, missing ?? "This takes a session: an API key is not enough.")
        }
        var request = request
        request.principal = nil
        request.identity = nil
        return request
    }

    /// Denies by default: the gateway has checked the same rule, but a service does not rely on it.
    private func checkAccess(_ contract: Contract, _ context: RequestContext) throws(ServiceError) {
        let isAdmitted = contract.admits(context.caller)
        switch contract.access {
        case .everyone: break
        case .services:
            // The gateway also calls on its own account, without a user; it routes no user's request here.
            guard context.caller != "gateway" || context.user == nil else { throw ServiceError(.notFound) }
            guard isAdmitted else { throw refusal(of: context.caller, contract) }
        case .user: guard context.user != nil || isAdmitted else { throw ServiceError(.unauthorized) }
        case .permission(let permission):
            guard let user = context.user else {
                guard isAdmitted else { throw ServiceError(.unauthorized) }
                return
            }
            guard user.may(permission) else { throw ServiceError(.forbidden) }
        }
    }

    /// Refuses a service that the operation's contract does not name, and logs it for an operator.
    private func refusal(of caller: String, _ contract: Contract) -> ServiceError {
        logger.warning(
            "A service called what is not for it",
            metadata: ["operation": "\(contract.name)", "caller": "\(caller)"]
        )
        return ServiceError(.forbidden, "\(contract.name) does not take calls of \(caller).")
    }

    /// Refuses a condition that the operation has nothing to compare with, before anything is done.
    private func checkConditions(_ contract: Contract, _ context: RequestContext) throws(ServiceError) {
        let isRead = contract.route?.method == .get || contract.rate == .read
        guard isRead || context.precondition == nil || contract.errors.contains(.preconditionFailed) else {
            throw ServiceError(.preconditionFailed, "There is nothing here that If-Match could name.")
        }
    }

    private func checkContentType(_ request: MeshRequest, _ contract: Contract) throws(ServiceError) {
        guard !request.body.isEmpty, contract.route?.hasBody ?? true else { return }
        let type = request.contentType.prefix { $0 != ";" }.trimmingSpaces().lowercased()
        let isRight =
            type.hasSameBytes(as: contract.requestType)
            || type.hasSameBytes(as: "application/merge-patch+json") && contract.route?.method == .patch
        guard isRight else { throw ServiceError(.unsupportedMediaType, "Send the body as \(contract.requestType).") }
    }

    /// Answers whether the service can do its work: besides the mesh it needs its database.
    private func health() async -> MeshReply {
        do {
            try await records?.database.ping(timeout: .milliseconds(800))  // the gateway waits for a second
            return MeshReply(body: Array("{}".utf8))
        } catch {
            logger.debug("The database does not answer", metadata: ["error": "\(error)"])
            return MeshReply(ServiceError(.serviceUnavailable, retryAfter: .seconds(1)))
        }
    }

    private func pull(_ request: MeshRequest) async throws -> MeshReply {
        guard let outbox else { throw ServiceError(.notFound) }
        let body = try JSONParser.parse(request.body)
        let limit = min(max(body["limit"]?.intValue ?? 200, 1), 1_000)
        // A new epoch makes every reader begin again, and a caller's evidence may be wrong: so one in ten minutes.
        if let seen = body["seen"].flatMap(SeenEvent.init(_:)), restarts.isDue,
            try await outbox.restart(behind: seen)
        {
            restarts.note()
            logger.error(
                "The outbox was set back behind its readers; a new epoch makes them read it again",
                metadata: ["caller": "\(request.caller)", "seen": "\(seen.position)"]
            )
        }
        let batch = try await outbox.events(after: Int64(body["after"]?.intValue ?? 0), limit: limit)
        return MeshReply(contentType: "application/protobuf", body: batch.encoded())
    }

    private func unexpected(_ error: any Error) -> ServiceError {
        logger.report(error, operation: "")
        return ServiceError(error)
    }
}

extension ServiceAPI {
    /// The contradictions between the list and a service's handlers, and within either.
    ///
    /// - Parameter handlers: All handlers of the service.
    /// - Returns: A sentence for each; empty if every operation belongs to the service and has one handler.
    func faults(_ handlers: [any OperationHandler]) -> [String] {
        let contracts = operations.map { $0.contract(in: service) }
        let listed = contracts.map(\.name)
        let handled = handlers.map { type(of: $0).operation.contract(in: service).name }
        var faults = contracts.filter { $0.service != service }.map { "\($0.name) does not belong to \(service)" }
        faults += events.filter { $0.producer != service }
            .map { "\($0.type) is an event of \($0.producer), not of \(service)" }
        faults += Self.repeated(listed).map { "\($0) is listed twice" }
        faults += Self.repeated(handled).map { "\($0) has two handlers" }
        faults += Set(listed).subtracting(handled).sorted().map { "\($0) has no handler" }
        faults += Set(handled).subtracting(listed).sorted().map { "\($0) has a handler and is not listed" }
        return faults
    }

    private static func repeated(_ names: [String]) -> [String] {
        Dictionary(grouping: names, by: \.self).filter { $0.value.count > 1 }.keys.sorted()
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
        case let error as PostgresError where error.isTimeout: self.init(.deadlineExceeded)
        case let error as PostgresError where error.isTransient:
            self.init(.serviceUnavailable, retryAfter: .seconds(1))
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

extension OperationInput {
    init(_ request: MeshRequest) {
        self.init(
            path: request.pathParameters.map { ($0.name, $0.value) },
            query: request.query.filter { $0.name != "fields" }.map { ($0.name, $0.value) },
            body: request.body,
            isFromService: request.caller != "gateway"
        )
    }
}
