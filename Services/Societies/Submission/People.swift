import AuthContracts
import Contracts
import Logging
import ServiceKit

/// The names behind ids, which auth knows.
struct People: Sendable {
    let caller: ServiceCaller

    /// Asks once for a whole page, and not for long: a list without names is better than none.
    ///
    /// - Returns: Who could be found; nobody while auth does not answer.
    func find(_ ids: [UserID], _ context: RequestContext) async -> [UserID: UserSummary] {
        guard !ids.isEmpty else { return [:] }
        do {
            let found = try await caller.call(LookUpUsers(ids: ids), context.limited(to: .seconds(1))).items
            return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        } catch {
            context.logger.debug("A list goes without names", metadata: ["error": "\(error)"])
            return [:]
        }
    }
}
