import AcademicContracts
import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Opening accounts")
struct AccountTests {
    @Test("Whoever registers is signed in as a student of the university that was named")
    func registering() async throws {
        try await withAuth { auth in
            let university = try await auth.lab.open().id
            let email = AuthLab.address("Ada.Lovelace", at: "Mail.Example")
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
            let university = try await auth.lab.open(domains: ["uni.example"]).id
            #expect(try await auth.register(AuthLab.address("ada", at: "Uni.Example")).user.tenantId == university)
            let outsider = try await auth.register(AuthLab.address("ada", at: "elsewhere.example"))
            #expect(outsider.user.tenantId == nil)
            #expect(try await auth.getUser(outsider.user.id, by: auth.user(outsider)) == outsider.user)
        }
    }

    @Test("An unknown university is a fault of its field, and one that cannot be asked for stops the registration")
    func unknownUniversity() async throws {
        try await withAuth { auth in
            let unknown = ValidationError("universityId", .notFound, "There is no such university.")
            await #expect(throws: ServiceError(unknown)) { try await auth.register(at: UniversityID()) }
            auth.lab.setDown("academic")
            let code = try await refusal { try await auth.register() }
            #expect(code == .serviceUnavailable)
        }
    }

    @Test("An address is taken whatever its letters' case, and ten people who want it at once get one account")
    func takenAddresses() async throws {
        try await withAuth { auth in
            _ = try await auth.register(AuthLab.address("ada"))
            #expect(try await refusal { try await auth.register(AuthLab.address("ADA")) } == .emailTaken)
            let codes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await refusal { try await auth.register(AuthLab.address("bob")) } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1)
            #expect(codes.count { $0 == .emailTaken } == 9)
        }
    }

    @Test("All spellings of an internationalised address are one address")
    func internationalAddresses() async throws {
        try await withAuth { auth in
            func address(_ text: String) throws -> EmailAddress { try #require(EmailAddress(text), "\(text)") }
            let registered = try await auth.register(address("J\u{FC}rgen@B\u{FC}cher.example"))
            #expect(registered.user.email.text == "j\u{FC}rgen@xn--bcher-kva.example")
            let spellings = [
                "ju\u{308}rgen@bu\u{308}cher.example", "J\u{DC}RGEN@B\u{DC}CHER.EXAMPLE",
                "JU\u{308}RGEN@XN--BCHER-KVA.example", "j\u{FC}rgen@b\u{FC}cher\u{3002}example",
            ]
            for spelling in spellings {
                #expect(try await refusal { try await auth.register(address(spelling)) } == .emailTaken, "\(spelling)")
                #expect(try await auth.logIn(address(spelling)).value.user.id == registered.user.id)
            }
            _ = try await auth.register(address("j\u{FC}rgen@bucher.example"))
            _ = try await auth.register(address("李小龍@例え.テスト"))
        }
    }

    @Test(
        "What is no address of anybody is refused",
        arguments: [
            "a\u{200B}da@uni.example", "ada\u{202E}@uni.example", "a\u{3000}da@uni.example", "ada@uni\u{200B}.",
            "ada@\u{FC}", "ada@-\u{FC}.example", "ada@a_\u{FC}.example", "ada@\u{3000}\u{FC}.example",
            "ada@a\u{200B}\u{FC}.example", "ada@\u{FC}..example", "\u{301}", "ada\0@uni.example",
            "ada@\u{FC}\0.example", "@\u{FC}.example", "\u{1F393}@uni.example",
            "\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}"
                + "\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}\u{FC}@uni.example",
        ]
    )
    func noAddresses(text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test("Any address reads back as itself, and folds to the same", arguments: Seed.batch(200))
    func stableAddresses(seed: Seed) {
        var random = seed.generator
        let alphabet = Array("aZ9.\u{FC}\u{DC}\u{130}\u{DF}\u{1E9E}\u{3A3}\u{3C2}李\u{308}\u{301}-_".unicodeScalars)
        func word(_ count: Int) -> String {
            String(String.UnicodeScalarView((0..<count).compactMap { _ in alphabet.randomElement(using: &random) }))
        }
        let text =
            "\(word(Int.random(in: 1...12, using: &random)))@\(word(Int.random(in: 1...8, using: &random))).example"
        guard let address = EmailAddress(text) else { return }
        #expect(EmailAddress(address.text)?.text == address.text, "\(seed)")
        #expect(address.domain.utf8.allSatisfy { $0 < 0x80 }, "\(seed)")
    }

    @Test("A password is the same however its accents are encoded")
    func accentedPasswords() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email, password: "quatre me\u{301}le\u{300}zes et neuf hiboux")
            _ = try await auth.logIn(email, password: "quatre m\u{E9}l\u{E8}zes et neuf hiboux")
        }
    }

    @Test("The address of an account that is gone can be used again, by an account that sees nothing of the old")
    func freedAddresses() async throws {
        try await withAuth { auth in
            let first = try await auth.register(AuthLab.address("ada"))
            try await auth.superuser {
                try await $0.execute(
                    "UPDATE auth.users SET deleted_at = now() WHERE id = \(first.user.id)",
                    scope: .none
                )
            }
            let second = try await auth.register(AuthLab.address("ada"))
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
            let email = AuthLab.address("ada.lovelace")
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
            let email = AuthLab.address("root")
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
