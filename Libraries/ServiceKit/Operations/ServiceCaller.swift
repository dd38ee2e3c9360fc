public import Contracts
import HTTPTypes
public import Mesh
public import Telemetry

/// Calls operations of other services, typed, on behalf of the user or service that the context names.
public struct ServiceCaller: Sendable {
    let transport: any ServiceTransport
    private let figures: CallFigures
    private let tracer: Tracer?

    /// - Parameters:
    ///   - client: Knows the services.
    ///   - metrics: Where calls are counted and timed.
    ///   - tracer: Where they become spans.
    public init(client: MeshClient, metrics: Metrics = Metrics(), tracer: Tracer? = nil) {
        self.init(over: client, to: client.services, metrics: metrics, tracer: tracer)
    }

    /// - Parameters:
    ///   - transport: Carries the calls.
    ///   - services: The services that may be called.
    ///   - metrics: Where calls are counted and timed.
    ///   - tracer: Where they become spans.
    package init(
        over transport: any ServiceTransport,
        to services: [String],
        metrics: Metrics = Metrics(),
        tracer: Tracer? = nil
    ) {
        self.transport = transport
        figures = CallFigures(metrics, of: services)
        self.tracer = tracer
    }

    /// Calls an operation.
    ///
    /// Not to be used while a transaction is open, which would hold its locks across the network.
    ///
    /// - Parameters:
    ///   - operation: The operation with its fields.
    ///   - service: The service that answers; to be given for a reserved operation.
    ///   - context: The request that the call belongs to.
    /// - Returns: The typed reply.
    /// - Throws: `ServiceError` with the code that the other service gave, `SERVICE_UNAVAILABLE` when none of its
    ///   replicas answers, `DEADLINE_EXCEEDED` when the time is up.
    public func call<Operation: ServiceOperation>(
        _ operation: Operation,
        to service: String = Operation.contract.service,
        _ context: RequestContext
    ) async throws -> Operation.Reply {
        let contract = Operation.contract(in: service)
        let parent = CurrentSpan.context ?? context.trace
        var span = tracer.begin(contract.name, .client, below: parent)
        span?.attributes = [("rpc.system.name", .text("rovierr-mesh")), ("server.address", .text(service))]
        let request = MeshRequest(
            operation: contract.name,
            version: UInt32(contract.version),
            requestID: context.requestID,
            timeLeft: min(context.timeLeft, contract.timeout),
            trace: span?.context ?? parent.child(),
            principal: context.user?.principal,
            identity: context.identity,
            headers: [
                MeshField("x-client-address", context.clientAddress),
                MeshField("x-received-at", String(context.receivedAt.microseconds)),
            ],
            contentType: "application/json",
            body: operation.jsonBytes,
            repeatability: contract.repeatability
        )
        let began = ContinuousClock.now
        do {
            let reply = try await transport.call(request, to: service)
            figures.record(service, .now - began, status: reply.status)
            span?.failure = reply.status >= 500 ? reply.failure?.code : nil
            tracer.record(span)
            if let failure = reply.failure { throw ServiceError(failure, status: reply.status) }
            return try await read(reply.body, context)
        } catch let error as MeshError {
            figures.record(service, .now - began, status: nil)
            span?.failure = "\(error)"
            tracer.record(span)
            throw ServiceError(error)
        }
    }

    /// Reads a small body on the serving thread, and a large one in turn with those of other users.
    private func read<Reply: OperationReply>(_ body: [UInt8], _ context: RequestContext) async throws -> Reply {
        let parse: @Sendable () throws -> Reply = {
            do { return try Reply.read(body: body) } catch { throw UnreadableValue(Reply.self, error) }
        }
        guard body.count > ServingThread.bytes else { return try parse() }
        return try await context.computing { _ in try parse() }
    }
}

extension ServiceError {
    /// A service's refusal, as it travelled.
    public init(_ failure: MeshFailure, status: Int) {
        self.init(
            ErrorCode(failure.code, HTTPResponse.Status(code: status), failure.message),
            failure.message,
            details: failure.details.map {
                FieldError($0.field, $0.code.map(FieldErrorCode.init(rawValue:)), $0.message)
            },
            retryAfter: failure.retryAfter
        )
    }

    init(_ error: MeshError) {
        switch error {
        case .deadlineExceeded: self.init(.deadlineExceeded)
        case .tooLarge: self.init(.payloadTooLarge)
        case .unavailable, .overloaded, .suspended, .unknownService, .invalidPeer, .unidentified, .closed:
            self.init(.serviceUnavailable, retryAfter: .seconds(1))
        }
    }
}
