import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

/// What the societies' service says of societies and the people in them, asked again after at most 1.5 seconds.
///
/// Single forms ask for their society; lists ask once for all open societies of a university and once for the person's
/// memberships. So a list stays one statement whose filter and count leave hidden forms out, and nothing is copied that
/// could be out of date: a table fed by events would be as old as the slowest event.
struct Societies: Sendable {
    private struct Question: Hashable {
        let society: SocietyID
        let user: UserID?
    }

    private let checks: PresentStanding<Question, OfficerCheck>
    private let openSocieties: PresentStanding<UniversityID, OpenSocieties>
    private let peoplesMemberships: PresentStanding<UserID, Memberships>

    init(caller: ServiceCaller) {
        checks = PresentStanding(maximumBytes: 2 << 20) { question, context in
            try await caller.call(CheckOfficer(societyId: question.society, userId: question.user), context)
        }
        openSocieties = PresentStanding(maximumBytes: 8 << 20, size: { $0.ids.count * 16 }) { university, context in
            try await caller.call(ListOpenSocieties(universityId: university), context)
        }
        peoplesMemberships = PresentStanding(maximumBytes: 4 << 20, size: { $0.items.count * 32 }) { user, context in
            try await caller.call(ListMemberships(userId: user), context)
        }
    }

    /// How a society stands and what a person is in it; `nil` where there is no such society.
    func check(_ society: FormEntityID, _ user: UserID?, _ context: RequestContext) async throws -> OfficerCheck? {
        try await checks.standing(Question(society: society.cast(), user: user), context)
    }

    /// The societies whose published forms anybody of the university may see.
    func open(at university: UniversityID, _ context: RequestContext) async throws -> [FormEntityID] {
        try await openSocieties.standing(university, context)?.ids.map { $0.cast() } ?? []
    }

    func memberships(of user: UserID, _ context: RequestContext) async throws -> [SocietyMembership] {
        try await peoplesMemberships.standing(user, context)?.items ?? []
    }

    /// Ends what is kept of a society.
    func forget(_ society: SocietyID) {
        checks.forget { $0.society == society }
        openSocieties.forget { _ in true }
        peoplesMemberships.forget { _ in true }
    }
}

/// Ends what is kept of a society when its own service says that something changed.
struct StandingChangedHandler<Event: SocietyStandingEvent>: EventHandler {
    let societies: Societies

    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        societies.forget(event.societyId)
    }
}

/// Frees the forms that a society registered people by before.
struct RegistrationFormChosenHandler: EventHandler {
    func handle(
        _ event: RegistrationFormChosen,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    )
        async throws
    {
        let forms = FormStore(sql: transaction)
        try await forms.release(of: event.societyId.cast(), except: event.formId)
        if let form = try await forms.lock(event.formId), form.mayBeBound(to: event.societyId.cast()) {
            try await forms.bind(form, to: event.societyId.cast())
        }
    }
}

/// Frees the forms of a society that is gone, so that its university's administrators can clear them away.
struct SocietyDeletedHandler: EventHandler {
    let societies: Societies

    func handle(_ event: SocietyDeleted, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        societies.forget(event.societyId)
        try await FormStore(sql: transaction).release(of: event.societyId.cast(), except: nil)
    }
}
