import Contracts
import ServiceKit
import SocietiesContracts

struct TransferPresidencyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: TransferPresidency, context: RequestContext) async throws -> Member {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requireToTransfer()
            try context.checkPrecondition(standing.society.etag)
            try standing.society.status.requireNotArchived()
            let members = MemberStore(sql: transaction)
            let next = try await members.get(request.userId, in: request.id)
            guard next.role != .president else { return next }
            if standing.role != .president {
                guard next.userId != user.id else {
                    throw ServiceError(.forbidden, "Moderators hand the presidency to others, never to themselves.")
                }
                try await ModerationStore(sql: transaction)
                    .note(.transferPresidency, in: standing.society, by: user.id, subject: next.userId)
            }
            // The former president stays an officer, so promoting a plain member adds one.
            if next.role == .member { try await members.requireOfficerPlace(in: request.id) }
            let former = try await members.demotePresident(of: request.id)
            let president = try await members.setRole(.president, of: request.userId, in: request.id)
            if let former {
                try await transaction.announce(.admin, of: former, in: standing.society, by: user.id)
            }
            try await transaction.announce(.president, of: president.userId, in: standing.society, by: user.id)
            return president
        }
    }
}
