public import Contracts

/// The refusals for violated constraints, by the names of the constraints and unique indexes.
///
/// Each service declares its own once; `ServiceDatabase.transaction` throws them. A violated constraint without a
/// refusal is a fault of the service.
public typealias Refusals = [String: ServiceError]

extension ServiceError {
    /// The refusal of a name that fits its type but is too long in the form that names are compared in.
    public static let longNameKey = ServiceError(
        ValidationError(
            "name",
            .tooLong,
            "Must have 1 to 200 characters in the form that names are compared in (NFKC, case folded)."
        )
    )
}
