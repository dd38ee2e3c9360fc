import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

/// The societies service's answers about societies and their people, cached for at most 1.5 seconds.
///
/// A single form asks for its society; a list asks once for all open societies of a university and once for the
/// person's memberships. So a list stays one statement whose filter and count leave out hidden forms, and no copy goes
/// stale: a table fed by events would lag as far as the slowest event.
struct Societies: Sendable {
    private struct Question: Hashable {
        let society: SocietyID
        let user: UserID?
    }

    private struct Person: Hashable {
        let user: UserID
        let university: UniversityID
    }

    private let checks: PresentStanding<Question, OfficerCheck>
    private let openSocieties: PresentStanding<UniversityID, OpenSocieties>
    private let peoplesMemberships: PresentStanding<Person, Memberships>

    /// - Parameters:
    ///   - caller: Calls the societies service.
    ///   - lifetime: The time for which an answer is cached.
    init(caller: ServiceCaller, lifetime: Duration = .milliseconds(1_500)) {
        checks = PresentStanding(maximumBytes: 2 << 20, lifetime: lifetime) { question, context in
            try await caller.call(CheckOfficer(societyId: question.society, userId: question.user), context)
        }
        openSocieties = PresentStanding(maximumBytes: 8 << 20, lifetime: lifetime, size: { $0.ids.elements.count * 16 })
        {
            university,
            context in
            try await caller.call(ListOpenSocieties(universityId: university), context)
        }
        peoplesMemberships = PresentStanding(maximumBytes: 4 << 20, lifetime: lifetime, size: { $0.items.count * 32 }) {
            person,
            context in
            try await caller.call(ListMemberships(userId: person.user), context)
        }
    }

    /// Returns the society's standing and the person's role in it; `nil` if there is no such society.
    func check(_ society: FormEntityID, _ user: UserID?, _ context: RequestContext) async throws -> OfficerCheck? {
        try await checks.standing(Question(society: society.cast(), user: user), context)
    }

    /// Returns the societies whose published forms anyone at the university may see.
    func open(at university: UniversityID, _ context: RequestContext) async throws -> [FormEntityID] {
        try await openSocieties.standing(university, context)?.ids.elements.map { $0.cast() } ?? []
    }

    /// Returns a person's memberships everywhere; their university serves only to invalidate the cached answer.
    func memberships(
        of user: UserID,
        at university: UniversityID,
        _ context: RequestContext
    ) async throws -> [SocietyMembership] {
        try await peoplesMemberships.standing(Person(user: user, university: university), context)?.items ?? []
    }

    /// Invalidates the cached answers that concern a society or, if given, only one member of it.
    ///
    /// - Parameters:
    ///   - society: The society that changed.
    ///   - university: Its university.
    ///   - member: The only person whose standing changed; `nil` if the society itself changed.
    func forget(_ society: SocietyID, at university: UniversityID, member: UserID? = nil) {
        if let member {
            checks.forget { $0.society == society && $0.user == member }
            peoplesMemberships.forget { $0.user == member }
        } else {
            checks.forget { $0.society == society }
            openSocieties.forget { $0 == university }
            peoplesMemberships.forget { $0.university == university }
        }
    }

    /// Invalidates the cached answers that an event makes stale.
    func forget(after event: some SocietyStandingEvent) {
        forget(event.societyId, at: event.universityId, member: event.member)
    }
}

/// Invalidates the cached answers about a society when its service reports a change.
struct StandingChangedHandler<Event: SocietyStandingEvent>: EventHandler {
    let societies: Societies

    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        societies.forget(after: event)
    }
}

/// Releases a society's earlier registration forms.
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

/// Deletes the unanswered forms of a deleted society and releases the others.
///
/// Released forms keep their answers until the university's administrators delete them. Their authors can no longer
/// delete them, so they don't count toward the authors' quotas.
struct SocietyDeletedHandler: EventHandler {
    let societies: Societies

    func handle(_ event: SocietyDeleted, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        societies.forget(after: event)
        let forms = FormStore(sql: transaction)
        try await forms.release(of: event.societyId.cast(), except: nil)
        try await forms.orphan(of: event.societyId.cast())
    }
}
