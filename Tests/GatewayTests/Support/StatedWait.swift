import TestKit

/// Asks until it is admitted; a refusal costs no budget.
///
/// - Parameters:
///   - wait: The seconds that a refusal, which has just come, asked to wait.
///   - ask: Whether a call is admitted.
/// - Returns: `false` when a call that began after that wait was refused.
/// - Throws: What `ask` throws.
func isAdmitted(after wait: Int, _ ask: () async throws -> Bool) async throws -> Bool {
    let moment = ContinuousClock.now + .seconds(wait)
    return try await until {
        let hasWaited = ContinuousClock.now >= moment
        let isAdmitted = try await ask()
        return isAdmitted || hasWaited ? isAdmitted : nil
    }
}
