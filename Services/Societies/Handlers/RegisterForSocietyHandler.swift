import Contracts
import FormsContracts
import HTTPTypes
import OpenSSL
import Postgres
import ServiceKit
import SocietiesContracts

/// Registers in three steps, so that a crash after any of them leaves something that can be finished or undone: a row
/// that says what is about to happen, the answers in forms under that row's id, and the row made valid.
///
/// Between the steps no transaction is open. The same person asking again with the same answers goes on where the
/// first request was lost; see `SubmissionRecovery` for what nobody asks for again.
struct RegisterForSocietyHandler: OperationHandler {
    let database: ServiceDatabase
    let submissions: Submissions

    func handle(_ request: RegisterForSociety, context: RequestContext) async throws -> Created<Registration> {
        let user = try context.requireUser()
        // Computed before the society is locked, since the answers may be long.
        let requestHash = SHA256.hash(request.jsonBytes)
        let attempt = try await database.transaction(context) { transaction in
            try await begin(request, requestHash, user, context, in: transaction)
        }
        for earlier in attempt.earlier { try await submissions.takeBack(earlier, context) }
        let response = try await submit(request, attempt, user, context)
        do {
            return try await database.transaction(context) { transaction in
                try await complete(attempt, response.id, request.id, in: transaction)
            }
        } catch let refusal as Refusal {
            try await giveUp(attempt.registration, user, request.id, context)
            throw refusal.error
        }
    }

    /// What the first step decided.
    private struct Attempt {
        let registration: UndecidedRegistration
        /// Earlier ones that were given up, whose answers are in the way of new ones.
        let earlier: [TakenBack]
    }

    /// Thrown out of the last step's transaction by its rules, as opposed to by the database.
    private struct Refusal: Error {
        let error: ServiceError
    }

    private func begin(
        _ request: RegisterForSociety,
        _ requestHash: [UInt8],
        _ user: RequestContext.User,
        _ context: RequestContext,
        in transaction: ServiceTransaction
    ) async throws -> Attempt {
        // A public society of another university can be read, but neither locked nor joined.
        let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
        guard standing.role == nil else { throw ServiceError(.alreadyMember) }
        guard standing.society.status == .active else { throw ServiceError(.registrationClosed) }
        let store = SubmissionStore(sql: transaction)
        let present = try await store.undecided(of: user.id, in: request.id)
        if let present, present.isSubmitted { throw ServiceError(.alreadyRegistered) }
        if present?.requestHash != requestHash {
            if let present { try await store.abandon(present.id) }
            try await store.requireQuota(of: user.id)
            let formId = try await admittedForm(standing.society, at: context.receivedAt, in: transaction)
            try await store.begin(user.id, in: standing.society, formId: formId, requestHash: requestHash)
        }
        // Another request of the same person may have been first; then this one goes on with it, or ends here.
        let registration = try await store.attempt(by: user.id, in: request.id)
        guard let registration, !registration.isSubmitted else { throw ServiceError(.alreadyRegistered) }
        guard registration.requestHash == requestHash else {
            throw ServiceError(.conflict, "Another registration of yours is under way.")
        }
        return Attempt(registration: registration, earlier: try await store.takenBack(by: user.id, in: request.id))
    }

    /// The form to answer, if somebody who asks at that time can still get in.
    private func admittedForm(
        _ society: Society,
        at time: Timestamp,
        in transaction: ServiceTransaction
    ) async throws -> FormID {
        guard let settings = try await RegistrationSettingsStore(sql: transaction).find(society.id) else {
            throw ServiceError(.registrationClosed, "The society takes no registrations.")
        }
        try settings.requireOpen(at: time)
        try await settings.requirePlace(admitted: MemberStore(sql: transaction).countAdmitted(in: society.id))
        return settings.formId
    }

    private func submit(
        _ request: RegisterForSociety,
        _ attempt: Attempt,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> FormResponse {
        let key = attempt.registration.id
        let form = attempt.registration.formId
        do {
            do {
                return try await submissions.submit(request, under: key, to: form, context)
            } catch let error as ServiceError where error.code == .alreadyResponded {
                // A form that takes one response a person has the one of an earlier registration, which this replaces.
                let store = SubmissionStore(sql: database.scoped(to: context))
                let earlier = try await store.releaseEarlier(of: user.id, in: request.id)
                guard !earlier.isEmpty else { throw error }
                for registration in earlier { try await submissions.takeBack(registration, context) }
                return try await submissions.submit(request, under: key, to: form, context)
            }
        } catch let error as ServiceError where error.code.status.kind == .clientError {
            // Anything else may have been accepted all the same: the row stays for the next attempt or the recovery.
            try await SubmissionStore(sql: database.scoped(to: context)).refuse(key)
            throw error
        }
    }

    private func complete(
        _ attempt: Attempt,
        _ response: FormResponseID,
        _ id: SocietyID,
        in transaction: ServiceTransaction
    ) async throws -> Created<Registration> {
        do {
            let societies = SocietyStore(sql: transaction)
            try await societies.lock(id)
            let society = try await societies.get(id)
            guard society.status == .active else { throw ServiceError(.registrationClosed) }
            let settings = try await RegistrationSettingsStore(sql: transaction).find(id)
            let needsApproval = settings?.requiresApproval ?? true
            let completed = try await SubmissionStore(sql: transaction)
                .complete(attempt.registration.id, response: response, as: needsApproval ? .pending : .approved)
            guard let completed else {
                // A twin of this request was faster, or the attempt was given up.
                let twin = try await RegistrationStore(sql: transaction).find(attempt.registration.id)
                guard let twin else { throw ServiceError(.conflict, "Another registration of yours took its place.") }
                return Created(twin)
            }
            guard try await MemberStore(sql: transaction).find(completed.userId, in: id) == nil else {
                throw ServiceError(.alreadyMember)
            }
            let admission = Admission(transaction: transaction, society: society, settings: settings)
            if needsApproval { try await admission.announce(completed) } else { try await admission.admit(completed) }
            return Created(completed)
        } catch let error as ServiceError {
            throw Refusal(error: error)
        }
    }

    /// Undoes the first two steps.
    ///
    /// What cannot be undone now is left to the recovery.
    private func giveUp(
        _ registration: UndecidedRegistration,
        _ user: RequestContext.User,
        _ society: SocietyID,
        _ context: RequestContext
    ) async throws {
        let store = SubmissionStore(sql: database.scoped(to: context))
        try await store.abandon(registration.id)
        for given in try await store.takenBack(by: user.id, in: society) {
            try? await submissions.takeBack(given, context)  // the recovery tries again
        }
    }
}
