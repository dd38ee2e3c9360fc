import Contracts
import ServiceKit
import SocietiesContracts

struct ApproveSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ApproveSociety, context: RequestContext) async throws -> Society {
        try await database.moderateSociety(request.id, .approve, to: .active, context)
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
    /// Changes a society's status.
    ///
    /// The operation's access rule has checked that the user is a moderator, and the request's scope limits them to
    /// societies of their university. Only a platform administrator may approve a society that they founded or lead.
    fileprivate func moderateSociety(
        _ id: SocietyID,
        _ action: ModerationStore.Action,
        to status: SocietyStatus,
        _ context: RequestContext
    ) async throws -> Society {
        let user = try context.requireUser()
        return try await transaction(context) { transaction in
            let societies = SocietyStore(sql: transaction)
            let standing = try await societies.lockedStanding(of: user, in: id)
            let society = standing.society
            if action == .approve, !user.isPlatformAdmin {
                guard standing.role != .president, try await !societies.isFounder(user.id, of: id) else {
                    throw ServiceError(.forbidden, "Another moderator must approve a society that you founded or lead.")
                }
            }
            try context.checkPrecondition(society.etag)
            guard society.status.mayBecome(status) else {
                throw ServiceError(.invalidState, "The society is \(society.status.rawValue).")
            }
            if society.status == .pending, status == .active {
                try await societies.requireRoomForApproved(at: society.universityId)
            }
            let changed = try await societies.setStatus(status, of: id)
            try await ModerationStore(sql: transaction).note(action, in: changed, by: user.id)
            try await transaction.announce(changed, after: society.status, by: user.id)
            return changed
        }
    }
}

extension ServiceTransaction {
    /// Announces the society's new standing to the other services.
    fileprivate func announce(_ society: Society, after earlier: SocietyStatus, by moderator: UserID) async throws {
        switch society.status {
        case .active where earlier == .suspended: try await announce(SocietyRestored.self, society, by: moderator)
        case .active: try await announce(SocietyApproved.self, society, by: moderator)
        case .suspended: try await announce(SocietySuspended.self, society, by: moderator)
        case .archived: try await announce(SocietyArchived.self, society, by: moderator)
        case .pending: break  // no society becomes pending again
        }
    }

    private func announce<Event: SocietyModerationEvent>(
        _: Event.Type,
        _ society: Society,
        by moderator: UserID
    ) async throws {
        let event = Event(
            societyId: society.id,
            societyName: society.name,
            universityId: society.universityId,
            decidedBy: moderator
        )
        try await emit(event, tenant: society.universityId)
    }
}
