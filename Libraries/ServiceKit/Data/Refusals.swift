public import Contracts

/// The error that each violated constraint becomes, a `ServiceError` or a `ValidationError`, by the constraint's name.
///
/// Each service declares its own once; `ServiceDatabase.transaction` throws them. A violation that is not among them is
/// a fault of the service.
public typealias Refusals = [String: any Error]

extension ValidationError {
    /// The fault of a name that fits its type and is too long in the form that names are compared in.
    public static let longNameKey = ValidationError(
        "name",
        .tooLong,
        "Must have 1 to 200 characters in the form that names are compared in (NFKC, case folded)."
    )
}
