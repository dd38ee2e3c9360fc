import Contracts
import ServiceKit
import Testing

@testable import Societies
@testable import SocietiesContracts

// What the handlers do, by the names people know them by.
extension TestSocieties {
    func found(
        _ name: String = "Chess Society",
        by user: RequestContext.User,
        visibility: SocietyVisibility? = nil,
        slug: Slug? = nil
    ) async throws -> Society {
        let request = CreateSociety(name: try #require(Name(name)), slug: slug, visibility: visibility)
        return try await CreateSocietyHandler(database: database).handle(request, context: context(user)).value
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
        try await ApproveSocietyHandler(database: database).handle(ApproveSociety(id: id), context: context(user))
    }

    func get(_ id: SocietyID, by user: RequestContext.User?) async throws -> Society {
        try await GetSocietyHandler(database: database).handle(GetSociety(id: id), context: context(user))
    }

    /// Opens registration through a form that belongs to the society.
    @discardableResult
    func configure(
        _ id: SocietyID,
        by user: RequestContext.User,
        opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil,
        requiresApproval: Bool? = nil,
        capacity: Int? = nil
    ) async throws -> RegistrationSettings {
        let form = FormID()
        forms.change { $0.entity[form] = id.cast() }
        let request = ConfigureRegistration(
            id: id,
            formId: form,
            opensAt: opensAt,
            closesAt: closesAt,
            requiresApproval: requiresApproval,
            capacity: capacity.flatMap { Whole($0) }
        )
        return try await ConfigureRegistrationHandler(database: database, caller: caller)
            .handle(request, context: context(user))
    }

    func register(
        _ id: SocietyID,
        by user: RequestContext.User,
        answers: [String: JSONValue] = ["q": "yes"],
        receivedAt: Timestamp = .now()
    ) async throws -> Registration {
        try await RegisterForSocietyHandler(database: database, submissions: submissions)
            .handle(RegisterForSociety(id: id, answers: answers), context: context(user, receivedAt: receivedAt))
            .value
    }

    func approve(_ registration: Registration, by user: RequestContext.User) async throws -> Registration {
        let request = ApproveRegistration(id: registration.societyId, registrationId: registration.id)
        return try await ApproveRegistrationHandler(database: database).handle(request, context: context(user))
    }

    func reject(_ registration: Registration, by user: RequestContext.User) async throws -> Registration {
        let request = RejectRegistration(
            id: registration.societyId,
            registrationId: registration.id,
            reason: Text("No more beginners this term.")
        )
        return try await RejectRegistrationHandler(database: database, submissions: submissions)
            .handle(request, context: context(user))
    }

    func withdraw(_ id: SocietyID, by user: RequestContext.User) async throws {
        _ = try await WithdrawRegistrationHandler(database: database, submissions: submissions)
            .handle(WithdrawRegistration(id: id), context: context(user))
    }

    func ownRegistration(_ id: SocietyID, by user: RequestContext.User) async throws -> Registration {
        try await GetOwnRegistrationHandler(database: database)
            .handle(GetOwnRegistration(id: id), context: context(user))
    }

    func members(of id: SocietyID, by user: RequestContext.User) async throws -> Page<Member> {
        try await ListMembersHandler(database: database, people: people)
            .handle(ListMembers(id: id), context: context(user))
    }

    func leave(_ id: SocietyID, by user: RequestContext.User) async throws {
        _ = try await LeaveSocietyHandler(database: database).handle(LeaveSociety(id: id), context: context(user))
    }

    func transfer(_ id: SocietyID, to next: RequestContext.User, by user: RequestContext.User) async throws -> Member {
        try await TransferPresidencyHandler(database: database)
            .handle(TransferPresidency(id: id, userId: next.id), context: context(user))
    }

    /// Makes a person a member the way people become one.
    func join(_ id: SocietyID, _ user: RequestContext.User, president: RequestContext.User) async throws {
        _ = try await approve(register(id, by: user), by: president)
    }
}
