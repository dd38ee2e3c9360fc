public import Contracts
import HTTPTypes
public import Mesh

/// Calls operations of other services, typed, on behalf of whoever the context names.
public struct ServiceCaller: Sendable {
    let client: MeshClient

    public init(client: MeshClient) {
        self.client = client
    }

    /// Calls an operation.
    ///
    /// Not to be used while a transaction is open, which would hold its locks across the network.
    ///
    /// - Returns: The typed reply.
    /// - Throws: `ServiceError` with the code that the other service gave, `SERVICE_UNAVAILABLE` when none of its
    ///   replicas answers, `DEADLINE_EXCEEDED` when the time is up.
    public func call<Operation: ServiceOperation>(
        _ operation: Operation,
        _ context: RequestContext
    ) async throws -> Operation.Reply {
        let contract = Operation.contract
        let request = MeshRequest(
            operation: contract.name,
            version: UInt32(contract.version),
            requestID: context.requestID,
            timeLeft: min(context.timeLeft, contract.timeout),
            trace: context.trace.child(),
            principal: context.user?.principal,
            headers: [
                MeshField("x-client-address", context.clientAddress),
                MeshField("x-received-at", String(context.receivedAt.microseconds)),
            ],
            contentType: "application/json",
            body: operation.jsonBytes,
            repeatability: contract.repeatability
        )
        do {
            let reply = try await client.call(request, to: contract.service)
            if let failure = reply.failure { throw ServiceError(failure, status: reply.status) }
            return try Operation.Reply.read(body: reply.body)
        } catch let error as MeshError {
            throw ServiceError(error)
        }
    }
}

extension ServiceError {
    init(_ failure: MeshFailure, status: Int) {
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
        case .unavailable, .overloaded, .suspended, .unknownService, .invalidPeer, .closed:
            self.init(.serviceUnavailable, retryAfter: .seconds(1))
        }
    }
}
