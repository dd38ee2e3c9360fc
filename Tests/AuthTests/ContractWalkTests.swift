import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of auth promise", .timeLimit(.minutes(10)))
struct ContractWalkTests {
    @Test("Every POST except registering ignores an Idempotency-Key, since each gives out secrets or ends something")
    func idempotency() async throws {
        try await withAuth { auth in
            let walk = RepeatedRequests(of: auth.walked, calls: auth.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
            for contract in authAPI.operations.map({ $0.contract }) {
                let isRecorded = contract.idempotency == .recorded && contract.route != nil
                #expect(isRecorded == (contract.name == Register.contract.name), "\(contract.name)")
            }
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withAuth { auth in
            let walk = ConditionalRequests(of: auth.walked, calls: auth.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 20: What auth accepts reads back**
    //
    // A request in which some members take extreme values of their types is rejected at its fields, or its result
    // is readable by every GET, list, export and event.
    @Test("Property 20: what is accepted at the edges of its types reads back everywhere")
    func extremes() async throws {
        try await withAuth { auth in
            let walk = ExtremeRequests(of: auth.walked, calls: auth.calls)
            let faults = try await walk.faults(Seed.batch(100))
            #expect(faults == [])
        }
    }
}

extension AuthLab {
    fileprivate var calls: [SampleCall] { signInCalls + keyCalls + accountCalls }

    private func account() async throws -> (email: EmailAddress, user: RequestContext.User) {
        let email = Self.address()
        return (email, try await user(register(email)))
    }

    private var signInCalls: [SampleCall] {
        let name = Name(unchecked: "Ada")
        let given = GivenPassword(unchecked: Self.password)
        return [
            SampleCall(Register.self) {
                let password = NewPassword(unchecked: Self.password)
                return Sample(Register(email: Self.address(), password: password, name: name), by: nil)
            },
            SampleCall(LogIn.self) {
                Sample(LogIn(email: try await account().email, password: given), by: nil)
            },
            SampleCall(RefreshSession.self) {
                let token = try await register().refreshToken
                return Sample(RefreshSession(refreshToken: token.map(RefreshToken.init(unchecked:))), by: nil)
            },
            SampleCall(LogOut.self) { Sample(LogOut(), by: try await account().user) },
            SampleCall(ChangePassword.self) {
                let new = NewPassword(unchecked: "four larches nine owls")
                let user = try await account().user
                return Sample(ChangePassword(currentPassword: given, newPassword: new), by: user, of: GetOwnUser())
            },
            SampleCall(DeleteOwnUser.self) {
                Sample(DeleteOwnUser(password: given), by: try await account().user, of: GetOwnUser())
            },
            SampleCall(EndSession.self) {
                let (email, user) = try await account()
                let other = try await self.user(logIn(email).value)
                let session = try #require(try await list(user).first { $0.id == other.session })
                return Sample(EndSession(id: session.id), by: user, tag: session.etag)
            },
        ]
    }

    private var keyCalls: [SampleCall] {
        let request = CreateAPIKey(name: Name(unchecked: "Script"))
        return [
            SampleCall(CreateAPIKey.self) { Sample(request, by: try await account().user) },
            SampleCall(DeleteAPIKey.self) {
                let user = try await account().user
                let key = try await call(request, as: user).value
                return Sample(DeleteAPIKey(id: key.id), by: user, tag: key.etag)
            },
        ]
    }

    private var accountCalls: [SampleCall] {
        [
            SampleCall(SetUserRole.self) {
                let university = UniversityID()
                let admin = try await visitor(.admin, at: university)
                let student = try await insertUser(at: university)
                return Sample(SetUserRole(id: student.id, role: .moderator), by: admin, of: GetUser(id: student.id))
            },
            SampleCall(ReplaceProfile.self) {
                var fields = ProfileFields()
                fields.bio = Description(unchecked: "Plays chess")
                fields.custom = ["shirt": "M"]
                return Sample(ReplaceProfile(fields: fields), by: try await account().user, of: GetProfile())
            },
        ]
    }
}
