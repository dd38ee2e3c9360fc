import Contracts
import FormsContracts
import ServiceKit

/// A form after a change, checked as drafts are.
struct ChangedForm<Part: Sendable>: Sendable {
    var form: Form
    /// What the change returned, to find the edited part again.
    let part: Part
    /// Whether anything is written differently than before.
    let isChanged: Bool
}

/// What takes time that grows with a form: beside the serving threads where it takes long, and paid for by the request.
extension RequestContext {
    /// About 1 ms.
    private static let stepsOnServingThread = 250_000

    /// Runs what computes on the serving thread if it is short, and beside it otherwise.
    ///
    /// - Parameters:
    ///   - steps: What it takes, roughly.
    ///   - body: Computes, paying from the request's budget as it goes.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw; `SERVICE_UNAVAILABLE` when too much waits already.
    func computing<Value: Sendable>(
        steps: Int,
        _ body: @escaping @Sendable (WorkBudget) throws -> Value
    ) async throws -> Value {
        steps <= Self.stepsOnServingThread ? try body(work) : try await computing(body)
    }

    /// For work on what is stored already, whose size is none of this request's doing: as much again, to the same deadline.
    private var workOnStored: WorkBudget { WorkBudget(until: deadline) }

    /// Reads a stored form.
    func read(_ document: FormDocument) async throws -> Form {
        let work = workOnStored
        return try await computing(steps: document.steps) { _ in
            try work.spend(document.steps)
            return try document.form()
        }
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
    /// - Throws: What `change` threw, or `ValidationError` where not even a draft may be so.
    func change<Part: Sendable>(
        _ document: FormDocument,
        _ change: @escaping @Sendable (inout Form) throws -> Part
    ) async throws -> ChangedForm<Part> {
        // It is read once and written twice.
        try await computing(steps: document.steps * 2) { work in
            try work.spend(document.steps * 2)
            let before = try document.form()
            var form = before
            let part = try change(&form)
            try form.checkStructure()
            let bytes = form.jsonBytes
            try form.checkSize(bytes.count)
            // By bytes: texts that are equal may still be written in different ways.
            return ChangedForm(form: form, part: part, isChanged: bytes != before.jsonBytes)
        }
    }
}

extension FormDocument {
    /// What a byte of a form takes once it is read, roughly.
    static let bytesInMemory = 8

    /// What reading the form takes, roughly.
    var steps: Int { bytes.count * 8 }
}
