import Contracts
import ServiceKit
import SocietiesContracts

struct ApproveRegistrationHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ApproveRegistration, context: RequestContext) async throws -> Registration {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requireToDecide()
            let approved = try await RegistrationStore(sql: transaction)
                .decide(request.registrationId, of: request.id, .approved, by: user.id, context)
            let settings = try await RegistrationSettingsStore(sql: transaction).find(request.id)
            try await Admission(transaction: transaction, society: standing.society, settings: settings).admit(approved)
            return approved
        }
    }
}

/// Rejects a registration, and lets forms release the place and options that the answers took.
struct RejectRegistrationHandler: OperationHandler {
    let database: ServiceDatabase
    let submissions: Submissions

    func handle(_ request: RejectRegistration, context: RequestContext) async throws -> Registration {
        let user = try context.requireUser()
        var freed: TakenBack?
        let rejected = try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requireToDecide()
            let rejected = try await RegistrationStore(sql: transaction)
                .decide(request.registrationId, of: request.id, .rejected, by: user.id, reason: request.reason, context)
            freed = TakenBack(id: rejected.id, universityId: standing.society.universityId)
            try await Admission(transaction: transaction, society: standing.society, settings: nil)
                .decline(rejected, by: user.id)
            return rejected
        }
        // The row records that the answers must be withdrawn; if forms is unavailable now, the recovery does it.
        if let freed { try? await submissions.takeBack(freed, context) }
        return rejected
    }
}

extension Standing {
    /// Only a society that is active takes or refuses members.
    fileprivate func requireToDecide() throws(ServiceError) {
        try requireOfficer()
        guard society.status == .active else {
            throw ServiceError(.invalidState, "The society is \(society.status.rawValue).")
        }
    }
}
