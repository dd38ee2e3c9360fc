import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit

@testable import Auth
@testable import Societies
@testable import SocietiesContracts

extension LabService {
    /// The services that forms calls.
    static let neighbours = [
        LabService(SocietiesDaemon.daemon),
        LabService(AuthDaemon.daemon(), environment: ["AUTH_KEY_ENCRYPTION_KEY": LabService.key]),
    ]
}

// What happens in societies, by the names that people know it by.
extension ServiceLab {
    var moderator: RequestContext.User { user("moderator", .moderateSocieties) }

    /// A society that a moderator has approved, with an officer beside its president.
    func society(of officer: RequestContext.User) async throws -> SocietyID {
        let id = try await call(CreateSociety(name: Name(unchecked: "Society \(UserID())")), as: user()).value.id
        try await call(ApproveSociety(id: id), as: moderator)
        try await add(officer, to: id, as: .admin)
        return id
    }

    /// Adds a member to a society.
    func add(_ user: RequestContext.User, to society: SocietyID, as role: MemberRole = .member) async throws {
        try await execute(
            """
            WITH added AS (
                INSERT INTO societies.members (tenant_id, society_id, user_id, role)
                SELECT tenant_id, id, \(user.id), \(role) FROM societies.societies WHERE id = \(society)
            )
            UPDATE societies.societies SET member_count = member_count + 1 WHERE id = \(society)
            """
        )
    }

    /// The president of a society.
    func president(of society: SocietyID) async throws -> RequestContext.User {
        let row = try await one(
            """
            SELECT user_id, tenant_id FROM societies.members
            WHERE society_id = \(society) AND role = 'president' AND left_at IS NULL
            """
        )
        return RequestContext.User(
            id: try row["user_id"],
            tenant: try row["tenant_id"],
            session: SessionID(),
            role: "student",
            permissions: []
        )
    }

    /// Ends a membership, and an office with it.
    func dismiss(_ user: RequestContext.User, from society: SocietyID) async throws {
        try await call(RemoveMember(id: society, userId: user.id), as: president(of: society))
    }

    /// Makes an officer a member like any other.
    func demote(_ officer: RequestContext.User, in society: SocietyID) async throws {
        let request = ChangeMemberRole(id: society, userId: officer.id, role: .member)
        try await call(request, as: president(of: society))
    }

    func delete(_ society: SocietyID) async throws {
        try await call(DeleteSociety(id: society), as: president(of: society))
    }

    func suspend(_ society: SocietyID) async throws { try await call(SuspendSociety(id: society), as: moderator) }

    func archive(_ society: SocietyID) async throws { try await call(ArchiveSociety(id: society), as: moderator) }

    /// Shows a society to its members only.
    func hide(_ society: SocietyID) async throws {
        try await call(UpdateSociety(id: society, visibility: .set(.members)), as: president(of: society))
    }

    /// Puts a society back to pending, which no operation does.
    func unapprove(_ society: SocietyID) async throws {
        try await execute("UPDATE societies.societies SET status = 'pending' WHERE id = \(society)")
    }

    func approve(_ society: SocietyID) async throws { try await call(ApproveSociety(id: society), as: moderator) }
}

// What happens in auth.
extension ServiceLab {
    /// A student with an account, which a profile belongs to.
    func account(_ profile: [String: JSONValue] = [:]) async throws -> RequestContext.User {
        let user = user()
        try await openAccount(of: user)
        try await setProfile(profile, of: user)
        return user
    }

    /// Opens an account for somebody.
    func openAccount(of user: RequestContext.User) async throws {
        try await execute(
            """
            INSERT INTO auth.users (id, tenant_id, email, name, role, password_hash)
            VALUES (\(user.id), \(user.tenant), \("\(user.id)@mail.example"), 'Somebody', 'student', '')
            """
        )
    }

    /// Changes a profile.
    func setProfile(_ values: [String: JSONValue], of user: RequestContext.User) async throws {
        guard !values.isEmpty else { return }
        try await call(ApplyProfileUpdate(changeId: ProfileChangeID(), values: values), as: user)
    }

    /// The values of a profile at these paths, without those that were never set.
    func profile(of user: RequestContext.User, _ paths: String...) async throws -> [String: JSONValue] {
        try await call(GetProfileFields(paths: paths.map(ProfilePath.init(unchecked:))), as: user).values
            .filter { $0.value != .null }
    }
}
