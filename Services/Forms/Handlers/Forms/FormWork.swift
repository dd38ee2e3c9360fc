import Contracts
import FormsContracts
import ServiceKit

/// A form after a change, checked as drafts are.
struct ChangedForm<Part: Sendable>: Sendable {
    var form: Form
    /// Returned by the change, to find the edited part again.
    let part: Part
    /// Tells whether any byte of the form has changed.
    let isChanged: Bool
}

/// Work that grows with a form: off the serving threads if long, and charged to the request.
extension RequestContext {
    /// About 1 ms.
    private static let stepsOnServingThread = 250_000

    /// Computes on the serving thread if the work is short, and off it otherwise.
    ///
    /// - Parameters:
    ///   - steps: The estimated steps.
    ///   - body: Computes, and charges the request's budget.
    /// - Returns: The result of `body`.
    /// - Throws: Errors of `body`; `SERVICE_UNAVAILABLE` if too much work is queued.
    func computing<Value: Sendable>(
        steps: Int,
        _ body: @escaping @Sendable (WorkBudget) throws -> Value
    ) async throws -> Value {
        steps <= Self.stepsOnServingThread ? try body(work) : try await computing(body)
    }

    /// A second budget with the same deadline, for stored data, whose size the request did not choose.
    private var workOnStored: WorkBudget { WorkBudget(until: deadline) }

    /// Reads a stored form.
    func read(_ document: FormDocument) async throws -> Form {
        let work = workOnStored
        return try await computing(steps: document.steps) { _ in
            try work.spend(document.steps)
            return try document.form()
        }
    }

    /// Writes a form as the JSON to store.
    func document(of form: Form) async throws -> FormDocument {
        try await computing(steps: form.writingSteps) { _ in FormDocument(form) }
    }

    /// Compiles a form.
    ///
    /// - Throws: `ValidationError` with every fault, `WorkExhausted`.
    func compile(_ form: Form) async throws -> CompiledForm {
        let steps = form.compilingSteps
        let work = workOnStored
        return try await computing(steps: steps) { _ in
            try work.spend(steps)
            return try CompiledForm(form, work: work)
        }
    }

    /// Changes a stored form.
    ///
    /// - Parameters:
    ///   - document: The form.
    ///   - change: Edits the form.
    /// - Returns: The form after the change.
    /// - Throws: Errors of `change`, or `ValidationError` if not even a draft may have this content.
    func change<Part: Sendable>(
        _ document: FormDocument,
        _ change: @escaping @Sendable (inout Form) throws -> Part
    ) async throws -> ChangedForm<Part> {
        // The form is read once and written twice.
        try await computing(steps: document.steps * 2) { work in
            try work.spend(document.steps * 2)
            let before = try document.form()
            var form = before
            let part = try change(&form)
            try form.checkStructure()
            let bytes = form.jsonBytes
            try form.checkSize(bytes.count)
            // Compares bytes, since equal texts may be encoded differently.
            return ChangedForm(form: form, part: part, isChanged: bytes != before.jsonBytes)
        }
    }
}

extension FormDocument {
    /// The approximate memory per byte of a form once read.
    static let bytesInMemory = 8

    /// The estimated steps to read or write a byte of a form.
    static let stepsPerByte = 8

    /// The estimated steps to read the form.
    var steps: Int { bytes.count * Self.stepsPerByte }
}
