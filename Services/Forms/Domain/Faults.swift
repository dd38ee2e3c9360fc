import Contracts

/// Collects what is wrong with a form or a response, each fault under the path of its field.
struct Faults {
    /// The maximum number of faults in one reply.
    private static let maximum = 100

    private(set) var details: [FieldError] = []

    mutating func add(_ field: String, _ code: FieldErrorCode, _ message: String) {
        guard details.count < Self.maximum else { return }
        details.append(FieldError(field, code, message))
    }

    /// - Throws: `ValidationError` with every fault, if there is any.
    func finish() throws(ValidationError) {
        guard details.isEmpty else { throw ValidationError(details) }
    }
}

extension ValidationError {
    /// Names the faults inside a part by the part's own fields.
    ///
    /// - Parameter path: The part's path, such as `pages.0`; `nil` for the whole.
    /// - Returns: The same faults, with relative paths inside the part.
    func relative(to path: String?) -> ValidationError {
        guard let path else { return self }
        return ValidationError(
            details.map { fault in
                guard fault.field.hasPrefix(path + ".") else { return fault }
                return FieldError(String(fault.field.dropFirst(path.count + 1)), fault.code, fault.message)
            }
        )
    }
}
