import AuthContracts
import Contracts
import Postgres
import ServiceKit
import Testing

@testable import Auth

@Suite("Opening accounts")
struct AccountTests {
    @Test("Whoever registers is signed in as a student of the university that was named")
    func registering() async throws {
        try await withAuth { auth in
            let university = auth.neighbours.open()
            let email = TestAuth.address("Ada.Lovelace", at: "Mail.Example")
            let signedIn = try await auth.register(email, at: university)
            #expect(signedIn.user.email.text == "Ada.Lovelace@Mail.Example", "as it was typed")
            #expect(signedIn.user.role == .student && signedIn.user.tenantId == university && signedIn.user.isActive)
            #expect(!signedIn.user.emailVerified)
            #expect(signedIn.tokenType == "Bearer" && signedIn.expiresIn == 900 && signedIn.csrfToken == nil)
            let user = try await auth.user(signedIn)
            #expect(user.id == signedIn.user.id && user.tenant == university && user.role == "student")
            #expect(try await auth.getUser(user.id, by: user) == signedIn.user)
        }
    }

    @Test("Without a university named, the address's domain decides, or nothing does")
    func tenantByDomain() async throws {
        try await withAuth { auth in
            let university = auth.neighbours.open { $0.mailDomains = ["uni.example"] }
            #expect(try await auth.register(TestAuth.address("ada", at: "Uni.Example")).user.tenantId == university)
            let outsider = try await auth.register(TestAuth.address("ada", at: "elsewhere.example"))
            #expect(outsider.user.tenantId == nil)
            #expect(try await auth.getUser(outsider.user.id, by: auth.user(outsider)) == outsider.user)
        }
    }

    @Test("An unknown university is a fault of its field, and one that cannot be asked for stops the registration")
    func unknownUniversity() async throws {
        try await withAuth { auth in
            await #expect(throws: ValidationError("universityId", .notFound, "There is no such university.")) {
                try await auth.register(at: UniversityID())
            }
            auth.neighbours.setDown(true)
            let code = try await refusal { try await auth.register() }
            #expect(code == .serviceUnavailable)
        }
    }

    @Test("An address is taken whatever its letters' case, and ten people who want it at once get one account")
    func takenAddresses() async throws {
        try await withAuth { auth in
            _ = try await auth.register(TestAuth.address("ada"))
            #expect(try await refusal { try await auth.register(TestAuth.address("ADA")) } == .emailTaken)
            let codes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await refusal { try await auth.register(TestAuth.address("bob")) } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == .emailTaken } == 9)
        }
    }

    @Test("The address of an account that is gone can be used again, by an account that sees nothing of the old")
    func freedAddresses() async throws {
        try await withAuth { auth in
            let first = try await auth.register(TestAuth.address("ada"))
            try await auth.superuser {
                try await $0.execute(
                    "UPDATE auth.users SET deleted_at = now() WHERE id = \(first.user.id)",
                    scope: .none
                )
            }
            let second = try await auth.register(TestAuth.address("ada"))
            #expect(second.user.id != first.user.id)
            #expect(try await refusal { try await auth.getUser(first.user.id, by: auth.user(first)) } == .notFound)
        }
    }

    @Test(
        "Passwords that everyone guesses are refused",
        arguments: ["password1234", "ada.lovelace1985", "ada.lovelace@mail.example", "aaaaaaaaaaaa"]
    )
    func commonPasswords(password: String) async throws {
        try await withAuth { auth in
            let email = TestAuth.address("ada.lovelace")
            let code = try await refusal { try await auth.register(email, password: password) }
            #expect(code == .validation)
        }
    }

    @Test("Every fault of a registration is told at once, each with its field")
    func faults() throws {
        let body = #"{"email": "nobody", "password": "short", "name": " ", "universityId": 7}"#
        let error = #expect(throws: ValidationError.self) {
            try Register.decode(OperationInput(body: Array(body.utf8)))
        }
        #expect(error?.details.map(\.field) == ["email", "password", "name", "universityId"])
    }

    @Test("The first platform administrator is made once, however often it is asked for")
    func ensuring() async throws {
        try await withAuth { auth in
            let email = TestAuth.address("root")
            let users = try await withThrowingTaskGroup(of: User.self) { group in
                for _ in 0..<4 { group.addTask { try await auth.ensure(email) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(users.map(\.id)).count == 1)
            #expect(users.first?.role == .platformAdmin)
            #expect(try await auth.user(auth.logIn(email).value).isPlatformAdmin)
        }
    }

    @Test("No secret shows when a value is printed")
    func secretsStayHidden() {
        #expect("\(NewPassword(unchecked: "nine lively herons"))" == "redacted")
        #expect(
            "\(GivenPassword(unchecked: "nine lively herons")) \(RefreshToken(unchecked: "abc"))" == "redacted redacted"
        )
    }
}
