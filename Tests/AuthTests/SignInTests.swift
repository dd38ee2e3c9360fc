import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Signing in")
struct SignInTests {
    @Test("An unknown address and a wrong password get the same answer in about the same time")
    func unknownAddresses() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            func attempt(_ email: EmailAddress, _ index: Int) async throws -> (ServiceError?, Duration) {
                let start = ContinuousClock.now
                do {
                    _ = try await auth.logIn(email, password: "wrong", from: "192.0.2.\(index)")
                    return (nil, .now - start)
                } catch let error as ServiceError { return (error, .now - start) }
            }
            // A busy machine may disturb some rounds. Without the work for an unknown address none would be even.
            var isEven = false
            for round in 0..<5 where !isEven {
                var (known, unknown): ([Duration], [Duration]) = ([], [])
                for index in 5 * round..<5 * round + 5 {
                    let right = try await attempt(email, index)
                    let other = try await attempt(AuthLab.address(), index)
                    #expect(right.0 == other.0 && right.0 == ServiceError(.invalidCredentials))
                    known.append(right.1)
                    unknown.append(other.1)
                }
                isEven = (0.4...2.5).contains(unknown.sorted()[2] / known.sorted()[2])
            }
            #expect(isEven)
        }
    }

    @Test("After ten failures the source has to wait, with the right password too, and an unknown address likewise")
    func lockout() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            for address in [email, AuthLab.address()] {
                for _ in 0..<10 {
                    #expect(
                        try await refusal { try await auth.logIn(address, password: "wrong") } == .invalidCredentials
                    )
                }
                for password in ["wrong", AuthLab.password] {
                    let error = await #expect(throws: ServiceError.self) {
                        try await auth.logIn(address, password: password)
                    }
                    #expect(error?.code == .accountLocked)
                    #expect(error?.retryAfter.map { ((.zero)...Lockout.window).contains($0) } == true)
                }
            }
            #expect(try await auth.logIn(email, from: "198.51.100.7").value.user.email == email, "the owner, elsewhere")
            auth.clock.advance(by: Lockout.window)
            #expect(try await auth.logIn(email).value.user.email == email, "later")
        }
    }

    @Test("A right password takes the failures before it away")
    func forgivenFailures() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            for _ in 0..<3 {
                for _ in 0..<9 { _ = try await refusal { try await auth.logIn(email, password: "wrong") } }
                _ = try await auth.logIn(email)
            }
        }
    }

    @Test("Of forty guesses side by side ten are answered, and the right one among the others learns nothing")
    func parallelGuesses() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let codes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await refusal { try await auth.logIn(email, password: "wrong") } }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == .invalidCredentials } == 10)
            #expect(codes.count { $0 == .accountLocked } == 30)
            #expect(try await refusal { try await auth.logIn(email) } == .accountLocked)
        }
    }

    @Test("Twenty right sign-ins side by side all pass")
    func parallelSignIns() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let registered = try await auth.register(email)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await auth.logIn(email) } }
                try await group.waitForAll()
            }
            #expect(try await auth.list(auth.user(registered)).count == 21)
        }
    }

    @Test("An imported account signs in with its bcrypt hash, side by side, and has an Argon2id hash afterwards")
    func importedAccounts() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let bcrypt = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
            func stored() async throws -> String {
                try await auth.superuser { try await $0.one("SELECT password_hash FROM auth.users", scope: .none)[0] }
            }
            try await auth.superuser {
                try await $0.execute("UPDATE auth.users SET password_hash = \(bcrypt)", scope: .none)
            }
            #expect(try await refusal { try await auth.logIn(email, password: "U*V") } == .invalidCredentials)
            #expect(try await stored() == bcrypt)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await auth.logIn(email, password: "U*U") } }
                try await group.waitForAll()
            }
            #expect(try await stored().hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
            _ = try await auth.logIn(email, password: "U*U")
        }
    }

    @Test("An account that is not active is answered like one that does not exist")
    func inactiveAccounts() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let registered = try await auth.register(email)
            try await auth.superuser { try await $0.execute("UPDATE auth.users SET is_active = false", scope: .none) }
            #expect(try await refusal { try await auth.logIn(email) } == .invalidCredentials)
            #expect(try await refusal { try await auth.refresh(registered.refreshToken) } == .unauthorized)
        }
    }

    @Test("A changed password ends every session, and the old one is worth nothing")
    func changingThePassword() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let registered = try await auth.register(email)
            let user = try await auth.user(registered)
            let other = try await auth.logIn(email).value
            #expect(
                try await refusal { try await auth.changePassword(user, from: "wrong", to: "four larches nine owls") }
                    == .invalidCredentials
            )
            #expect(try await refusal { try await auth.changePassword(user, to: "password1234") } == .validation)
            try await auth.changePassword(user, to: "four larches nine owls")
            for token in [registered.refreshToken, other.refreshToken] {
                #expect(try await refusal { try await auth.refresh(token) } == .unauthorized)
            }
            #expect(try await refusal { try await auth.logIn(email) } == .invalidCredentials)
            _ = try await auth.logIn(email, password: "four larches nine owls")
            #expect(try await auth.events().count == 2)
        }
    }

    @Test("In cookie mode the tokens are out of reach of scripts, and refresh from there")
    func cookieMode() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let reply = try await auth.logIn(email, cookie: true)
            #expect(reply.value.accessToken == nil && reply.value.refreshToken == nil)
            let csrfToken = try #require(reply.value.csrfToken)
            let cookies = reply.headers.filter { $0.0 == "set-cookie" }.map(\.1)
            #expect(cookies.count == 3)
            #expect(cookies.allSatisfy { $0.contains("; Secure") && $0.contains("SameSite=") })
            #expect(cookies.count { $0.contains("; HttpOnly") } == 2)
            #expect(cookies.contains { $0.hasPrefix("csrf_token=\(csrfToken);") && !$0.contains("HttpOnly") })

            let header = cookies.map { $0.prefix { $0 != ";" } }.joined(separator: "; ")
            let refreshed = try await auth.refresh(nil, cookie: header)
            #expect(refreshed.value.refreshToken == nil && refreshed.value.csrfToken == csrfToken)
            #expect(refreshed.headers.count { $0.0 == "set-cookie" } == 3)
            #expect(try await refusal { try await auth.refresh(nil) } == .validation)
        }
    }

    @Test("The subscriber's network is what counts as the source")
    func sources() {
        #expect(ClientNetwork("192.0.2.1").text == "192.0.2.1" && ClientNetwork("192.0.2.1").site == nil)
        #expect(ClientNetwork("::ffff:192.0.2.1") == ClientNetwork("192.0.2.1"))
        #expect(ClientNetwork("2001:db8:1:2:3::4").text == "20010db800010002/64")
        #expect(ClientNetwork("2001:db8:1:2:3::4").site == "20010db80001/48")
        #expect(ClientNetwork("2001:db8:1:2::") == ClientNetwork("2001:db8:1:2:ffff::9"))
        #expect(ClientNetwork("2001:db8:1:3::").site == ClientNetwork("2001:db8:1:2::").site)
        #expect(ClientNetwork("not an address").text == "not an address")
    }
}
