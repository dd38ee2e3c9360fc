public import Contracts
public import Mesh
import ServiceKit

/// Returns the code that a call is refused with.
///
/// - Parameter body: The call.
/// - Returns: The code; `nil` if the call succeeds.
/// - Throws: Any other error of the call.
public func refusal<Value>(of body: () async throws -> Value) async throws -> ErrorCode? {
    do {
        _ = try await body()
        return nil
    } catch let error as ServiceError {
        return error.code
    } catch is ValidationError {
        return .validation
    }
}

extension MeshReply {
    /// Throws the failure that the reply carries, if it is one.
    ///
    /// - Throws: The `ServiceError`.
    public func requireSuccess() throws(ServiceError) {
        if let failure { throw ServiceError(failure, status: status) }
    }
}
