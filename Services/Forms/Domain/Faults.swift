import Contracts

/// Collects what is wrong with a form or a response, each fault under the path of its field.
struct Faults {
    private(set) var details: [FieldError] = []

    mutating func add(_ field: String, _ code: FieldErrorCode, _ message: String) {
        details.append(FieldError(field, code, message))
    }

    /// - Throws: `ValidationError` with every fault, if there is any.
    func finish() throws(ValidationError) {
        guard details.isEmpty else { throw ValidationError(details) }
    }
}
