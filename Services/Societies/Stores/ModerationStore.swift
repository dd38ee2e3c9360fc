import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// The record of moderators' actions; every statement on the `moderations` table.
struct ModerationStore {
    let sql: any SQLExecutor

    enum Action: String {
        case approve
        case suspend
        case archive
        case transferPresidency = "transfer-presidency"
    }

    /// Records an action in its own transaction; `subject` is the person made president.
    func note(_ action: Action, in society: Society, by moderator: UserID, subject: UserID? = nil) async throws {
        try await sql.execute(
            """
            INSERT INTO moderations (tenant_id, society_id, moderator_id, action, subject_id)
            VALUES (\(society.universityId), \(society.id), \(moderator), \(action.rawValue), \(subject))
            """
        )
    }
}
