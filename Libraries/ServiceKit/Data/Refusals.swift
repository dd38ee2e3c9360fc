public import Contracts

/// The error that each violated constraint becomes, by the constraint's name.
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
