import Contracts
import ServiceKit
import SocietiesContracts

struct ApproveSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ApproveSociety, context: RequestContext) async throws -> Society {
        try await database.moderateSociety(request.id, .approve, to: .active, context) {
            society,
            moderator,
            transaction in
            try await transaction.emit(
                SocietyApproved(
                    societyId: society.id,
                    societyName: society.name.text,
                    universityId: society.universityId,
                    decidedBy: moderator
                ),
                tenant: society.universityId
            )
        }
    }
}

struct SuspendSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: SuspendSociety, context: RequestContext) async throws -> Society {
        try await database.moderateSociety(request.id, .suspend, to: .suspended, context)
    }
}

struct ArchiveSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ArchiveSociety, context: RequestContext) async throws -> Society {
        try await database.moderateSociety(request.id, .archive, to: .archived, context)
    }
}

extension ServiceDatabase {
    /// Brings a society to another status.
    ///
    /// The operation's access rule has seen to it that a moderator asks; the scope of the request, that it is one of
    /// the same university.
    fileprivate func moderateSociety(
        _ id: SocietyID,
        _ action: ModerationStore.Action,
        to status: SocietyStatus,
        _ context: RequestContext,
        then announce: (Society, UserID, ServiceTransaction) async throws -> Void = { _, _, _ in }
    ) async throws -> Society {
        let user = try context.requireUser()
        return try await transaction(context) { transaction in
            let societies = SocietyStore(sql: transaction)
            let society = try await societies.lockedStanding(of: user, in: id).society
            try context.checkPrecondition(society.etag)
            guard society.status.mayBecome(status) else {
                throw ServiceError(.invalidState, "The society is \(society.status.rawValue).")
            }
            let changed = try await societies.setStatus(status, of: id)
            try await ModerationStore(sql: transaction).note(action, in: changed, by: user.id)
            try await announce(changed, user.id, transaction)
            return changed
        }
    }
}
