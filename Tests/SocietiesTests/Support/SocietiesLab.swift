import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

/// Runs a test against the service; without auth, people have no names.
func withSocieties(
    among neighbours: [LabService] = [.forms],
    _ body: (ServiceLab) async throws -> Void
) async throws {
    try await withServiceLab(LabService(SocietiesDaemon.daemon), among: neighbours, body)
}

// What people do, by the names that they know it by.
extension ServiceLab {
    func student(at university: UniversityID? = nil) -> RequestContext.User { user(at: university) }

    func moderator(at university: UniversityID? = nil) -> RequestContext.User {
        user("moderator", at: university, .moderateSocieties)
    }

    func found(
        _ name: String = "Chess Society",
        by user: RequestContext.User,
        visibility: SocietyVisibility? = nil,
        slug: Slug? = nil
    ) async throws -> Society {
        try await call(CreateSociety(name: #require(Name(name)), slug: slug, visibility: visibility), as: user).value
    }

    /// A society that a moderator has approved.
    func activeSociety(
        _ name: String = "Chess Society",
        by user: RequestContext.User,
        visibility: SocietyVisibility? = nil
    ) async throws -> Society {
        let society = try await found(name, by: user, visibility: visibility)
        return try await approve(society.id, by: moderator(at: user.tenant))
    }

    func approve(_ id: SocietyID, by user: RequestContext.User) async throws -> Society {
        try await call(ApproveSociety(id: id), as: user)
    }

    func get(_ id: SocietyID, by user: RequestContext.User?) async throws -> Society {
        try await call(GetSociety(id: id), as: user)
    }

    /// Opens registration through a form that belongs to the society.
    @discardableResult
    func configure(
        _ id: SocietyID,
        by user: RequestContext.User,
        opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil,
        requiresApproval: Bool? = nil,
        capacity: Int? = nil,
        settings: FormSettings = FormSettings()
    ) async throws -> RegistrationSettings {
        let request = ConfigureRegistration(
            id: id,
            formId: try await form(of: id, by: user, settings: settings),
            opensAt: opensAt,
            closesAt: closesAt,
            requiresApproval: requiresApproval,
            capacity: capacity.flatMap { Whole($0) }
        )
        return try await call(request, as: user)
    }

    @discardableResult
    func register(
        _ id: SocietyID,
        by user: RequestContext.User,
        answers: Answers = Self.answers(),
        receivedAt: Timestamp = .now()
    ) async throws -> Registration {
        let request = RegisterForSociety(id: id, answers: answers)
        return try await call(request, as: user, headers: ["x-received-at": "\(receivedAt.microseconds)"]).value
    }

    func approve(_ registration: Registration, by user: RequestContext.User) async throws -> Registration {
        try await call(ApproveRegistration(id: registration.societyId, registrationId: registration.id), as: user)
    }

    func reject(_ registration: Registration, by user: RequestContext.User) async throws -> Registration {
        let request = RejectRegistration(
            id: registration.societyId,
            registrationId: registration.id,
            reason: Text("No more beginners this term.")
        )
        return try await call(request, as: user)
    }

    func withdraw(_ id: SocietyID, by user: RequestContext.User) async throws {
        try await call(WithdrawRegistration(id: id), as: user)
    }

    func ownRegistration(_ id: SocietyID, by user: RequestContext.User) async throws -> Registration {
        try await call(GetOwnRegistration(id: id), as: user)
    }

    func members(of id: SocietyID, by user: RequestContext.User) async throws -> Page<Member> {
        try await call(ListMembers(id: id), as: user)
    }

    func leave(_ id: SocietyID, by user: RequestContext.User) async throws {
        try await call(LeaveSociety(id: id), as: user)
    }

    func transfer(_ id: SocietyID, to next: RequestContext.User, by user: RequestContext.User) async throws -> Member {
        try await call(TransferPresidency(id: id, userId: next.id), as: user)
    }

    /// Makes a person a member the way people become one.
    func join(_ id: SocietyID, _ user: RequestContext.User, president: RequestContext.User) async throws {
        _ = try await approve(register(id, by: user), by: president)
    }

    /// Looks once after interrupted registrations, as the daemon does every few seconds.
    func recover(patience: Duration = .zero, firstPause: Duration = .zero) async throws {
        let submissions = Submissions(database: database, caller: caller)
        var recovery = SubmissionRecovery(submissions: submissions, logger: .silent)
        recovery.patience = patience
        recovery.firstPause = firstPause
        try await recovery.recover()
    }
}
