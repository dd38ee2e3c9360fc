import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

/// Checks that rights follow a person's current position.
@Suite("Present standing", .timeLimit(.minutes(10)))
struct PresentRightsTests {
    /// Reasons that end an officer's rights.
    enum Loss: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case removed, demoted, left, suspended, archived, deleted
        var testDescription: String { rawValue }
    }

    /// Acts of an officer, in an order in which each leaves the next possible.
    enum Act: String, CaseIterable, Sendable {
        case read, listMembers, readSettings, ownRegistration
        case edit, replace, configure, listRegistrations, reject, approve, removeMember
        case changeRole, transfer, delete
    }

    /// The error that refuses an act after a loss; `nil` while it is permitted.
    private static func expected(of act: Act, after loss: Loss) -> ErrorCode? {
        switch (loss, act) {
        case (.deleted, _): .notFound
        case (_, .ownRegistration): .notFound  // an officer by appointment never registered
        case (_, .changeRole), (_, .transfer), (_, .delete): .forbidden  // the president's from the beginning
        case (_, .read), (_, .readSettings): nil
        case (.removed, _), (.left, _): .forbidden
        case (.demoted, .listMembers): nil
        case (.demoted, _): .forbidden
        case (.suspended, .approve), (.suspended, .reject): .invalidState
        case (.suspended, _): nil
        case (.archived, .listMembers), (.archived, .listRegistrations), (.archived, .removeMember): nil
        case (.archived, _): .invalidState
        }
    }

    @Test(
        "A person who loses an office, or whose society loses its standing, loses their rights at once",
        arguments: Loss.allCases
    )
    func losses(loss: Loss) async throws {
        try await withSocieties { societies in
            let stage = try await Stage(societies)
            // The officer is permitted at first.
            #expect(try await stage.refusal(of: .listRegistrations) == nil)
            #expect(try await stage.refusal(of: .edit) == nil)
            try await stage.inflict(loss)
            for act in Act.allCases {
                let code = try await stage.refusal(of: act)
                #expect(code == Self.expected(of: act, after: loss), "\(act) after \(loss): \(code?.code ?? "done")")
            }
        }
    }

    @Test(
        "Outsiders find nothing of a society that is private or not active",
        arguments: [Loss.suspended, .archived, .deleted]
    )
    func outsiders(loss: Loss) async throws {
        try await withSocieties { societies in
            let stage = try await Stage(societies)
            try await stage.inflict(loss)
            for user in [stage.applicants[0], societies.student(), societies.student(at: UniversityID())] {
                for act in [Act.read, .listMembers, .readSettings, .ownRegistration, .listRegistrations, .edit] {
                    #expect(try await stage.refusal(of: act, by: user) == .notFound, "\(act)")
                }
            }
        }
    }

    @Test(
        "Moderators and administrators approve, suspend, archive, read and transfer, which is recorded, and no more",
        arguments: [Role.moderator, .admin, .platformAdmin]
    )
    func moderators(role: Role) async throws {
        try await withSocieties { societies in
            let stage = try await Stage(societies)
            let moderator = RequestContext.User(
                id: UserID(),
                tenant: role == .platformAdmin ? nil : societies.university,
                session: SessionID(),
                role: role.rawValue,
                permissions: role.permissions
            )
            for act in Act.allCases where act != .transfer {
                let expected: ErrorCode? =
                    switch act {
                    case .read, .listMembers, .readSettings: nil
                    case .ownRegistration: .notFound
                    default: .forbidden
                    }
                #expect(try await stage.refusal(of: act, by: moderator) == expected, "\(act)")
            }
            #expect(try await stage.refusal(of: .transfer, by: moderator) == nil)
            try await societies.call(SuspendSociety(id: stage.society), as: moderator)
            let acts = try await societies.query(
                "SELECT action, moderator_id = \(moderator.id) AS mine FROM societies.moderations ORDER BY id"
            ).map { (try $0["action"] as String, try $0["mine"] as Bool) }
            #expect(acts.map(\.0) == ["approve", "transfer-presidency", "suspend"])
            #expect(acts.map(\.1) == [false, true, true])
            #expect(try await stage.refusal(of: .transfer, by: stage.officer) == .forbidden)
        }
    }

    @Test("Nobody decides their own registration")
    func ownRegistration() async throws {
        try await withSocieties { societies in
            let stage = try await Stage(societies)
            let own = stage.registrations[0]
            try await societies.execute(
                "UPDATE societies.registrations SET user_id = \(stage.officer.id) WHERE id = \(own.id)"
            )
            #expect(try await refusal { try await societies.approve(own, by: stage.officer) } == .forbidden)
            #expect(try await refusal { try await societies.reject(own, by: stage.officer) } == .forbidden)
            #expect(try await societies.approve(own, by: stage.president).status == .approved)
        }
    }

    /// A society with a president, an officer, a member and two applicants.
    private struct Stage {
        let societies: ServiceLab
        let president: RequestContext.User
        let officer: RequestContext.User
        let member: RequestContext.User
        let applicants: [RequestContext.User]
        let society: SocietyID
        let form: FormID
        let registrations: [Registration]

        init(_ societies: ServiceLab) async throws {
            self.societies = societies
            president = societies.student()
            officer = societies.student()
            member = societies.student()
            applicants = [societies.student(), societies.student()]
            let made = try await societies.activeSociety(by: president)
            society = made.id
            form = try await societies.configure(society, by: president).formId
            // Appoint them, so that they have no registration left.
            for (person, role) in [(officer, MemberRole.admin), (member, .member)] {
                try await societies.database.transaction(societies.context(president)) { transaction in
                    _ = try await MemberStore(sql: transaction).insert(person.id, as: role, in: made)
                }
            }
            var registrations: [Registration] = []
            for applicant in applicants { registrations.append(try await societies.register(society, by: applicant)) }
            self.registrations = registrations
        }

        func inflict(_ loss: Loss) async throws {
            switch loss {
            case .removed:
                try await societies.call(RemoveMember(id: society, userId: officer.id), as: president)
            case .demoted:
                try await societies.call(
                    ChangeMemberRole(id: society, userId: officer.id, role: .member),
                    as: president
                )
            case .left: try await societies.leave(society, by: officer)
            case .suspended:
                try await societies.call(SuspendSociety(id: society), as: societies.moderator())
            case .archived:
                try await societies.call(ArchiveSociety(id: society), as: societies.moderator())
            case .deleted:
                try await societies.call(DeleteSociety(id: society), as: president)
            }
        }

        func refusal(of act: Act, by user: RequestContext.User? = nil) async throws -> ErrorCode? {
            try await codeOfRefusal { try await perform(act, by: user ?? officer) }
        }

        private func perform(_ act: Act, by user: RequestContext.User) async throws {
            switch act {
            case .read: _ = try await societies.get(society, by: user)
            case .listMembers: _ = try await societies.members(of: society, by: user)
            case .readSettings:
                try await societies.call(GetRegistrationSettings(id: society), as: user)
            case .ownRegistration: _ = try await societies.ownRegistration(society, by: user)
            case .edit:
                try await societies.call(
                    UpdateSociety(id: society, description: .set(Description(unchecked: "Wednesdays"))),
                    as: user
                )
            case .replace:
                try await societies.call(ReplaceSociety(id: society, name: Name(unchecked: "Chess Society")), as: user)
            case .configure:
                try await societies.call(ConfigureRegistration(id: society, formId: form), as: user)
            case .listRegistrations:
                try await societies.call(ListRegistrations(id: society), as: user)
            case .approve: _ = try await societies.approve(registrations[0], by: user)
            case .reject: _ = try await societies.reject(registrations[1], by: user)
            case .removeMember:
                try await societies.call(RemoveMember(id: society, userId: member.id), as: user)
            case .changeRole:
                try await societies.call(ChangeMemberRole(id: society, userId: member.id, role: .admin), as: user)
            case .transfer: _ = try await societies.transfer(society, to: member, by: user)
            case .delete:
                try await societies.call(DeleteSociety(id: society), as: user)
            }
        }
    }
}

/// Calls `refusal(of:)`, for types that have a method of that name.
private func codeOfRefusal(_ body: () async throws -> Void) async throws -> ErrorCode? {
    try await refusal(of: body)
}
