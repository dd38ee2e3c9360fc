import AuthContracts
import Contracts
import Passwords
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Locking out guessers, and nobody else")
struct LockoutTests {
    @Test("A /48 fails twenty times at an account and no more, and never locks out where its owner signed in before")
    func sites() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let home = "2001:db8:7:ffff::1"
            _ = try await auth.logIn(email, from: home)
            for address in [email, AuthLab.address()] {
                for index in 0..<20 {
                    let code = try await refusal {
                        try await auth.logIn(address, password: "wrong", from: "2001:db8:7:\(index)::1")
                    }
                    #expect(code == .invalidCredentials, "\(index)")
                }
                for password in ["wrong", AuthLab.password] {
                    let error = await #expect(throws: ServiceError.self) {
                        try await auth.logIn(address, password: password, from: "2001:db8:7:20::1")
                    }
                    #expect(error?.code == .accountLocked)
                    #expect(error?.retryAfter.map { (.zero...Lockout.window).contains($0) } == true)
                }
            }
            _ = try await auth.logIn(email, from: home)
            _ = try await auth.logIn(email, from: "2001:db8:8:1::1")
        }
    }

    @Test("A hundred failures from everywhere lock an account for strangers, unknown ones too, and not for its owner")
    func total() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let home = "198.51.100.7"
            _ = try await auth.logIn(email, from: home)
            for address in [email, AuthLab.address()] {
                let codes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                    for index in 0..<130 {
                        group.addTask {
                            try await refusal {
                                try await auth.logIn(address, password: "wrong", from: "192.0.2.\(index + 2)")
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.count { $0 == .invalidCredentials } == 100)
                #expect(codes.count { $0 == .accountLocked } == 30)
                let error = await #expect(throws: ServiceError.self) {
                    try await auth.logIn(address, from: "203.0.113.1")
                }
                #expect(error?.code == .accountLocked)
                #expect(error?.retryAfter.map { (.zero...Lockout.longestWindow).contains($0) } == true)
            }
            _ = try await auth.logIn(email, from: home)
            auth.clock.advance(by: Lockout.longestWindow)
            _ = try await auth.logIn(email, from: "203.0.113.1")
        }
    }

    @Test("Of many concurrent failures exactly the limit is counted")
    func burst() async throws {
        try await withAuth { auth in
            let counter = FailureCounter([1, 2, 3], "somewhere", limit: 10, window: Lockout.window)
            let store = SignInFailureStore(sql: auth.database.scoped(to: .platform))
            func fail() async throws -> Int {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<60 {
                        group.addTask {
                            try await SignInFailureStore(sql: auth.database.scoped(to: .platform))
                                .count(counter, at: auth.clock.now())
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
            }
            #expect(try await fail() == 10)
            auth.clock.advance(by: Lockout.window)
            #expect(try await fail() == 10)
            let stored = try await store.lockouts(of: [counter], at: auth.clock.now())
            #expect(stored.first?.wait(at: auth.clock.now()) != nil)
        }
    }

    @Test("An account remembers a bounded number of networks")
    func knownNetworks() async throws {
        try await withAuth { auth in
            let user = try await auth.insertUser()
            let store = KnownNetworkStore(sql: auth.database.scoped(to: .platform))
            for index in 0..<KnownNetworkStore.limit + 5 {
                auth.clock.advance(by: .seconds(1))
                try await store.insert("192.0.2.\(index)", of: user, at: auth.clock.now())
            }
            #expect(try await !store.contains("192.0.2.4", of: user.id))
            #expect(try await store.contains("192.0.2.5", of: user.id))
            #expect(try await !store.contains("192.0.2.5", of: nil))
        }
    }

    @Test("Wrong passwords at a change count by session, and lock neither sign-in nor another session")
    func changes() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let first = try await auth.user(auth.register(email))
            let second = try await auth.user(auth.logIn(email).value)
            func change(_ user: RequestContext.User, from old: String) async throws -> ErrorCode? {
                try await refusal { try await auth.changePassword(user, from: old, to: "four larches nine owls") }
            }
            for _ in 0..<10 { #expect(try await change(first, from: "wrong") == .invalidCredentials) }
            for old in ["wrong", AuthLab.password] { #expect(try await change(first, from: old) == .accountLocked) }
            _ = try await auth.logIn(email)
            #expect(try await change(second, from: AuthLab.password) == nil)
        }
    }

    @Test("While one address fills the queue, everybody else signs in, registers and changes a password")
    func availability() async throws {
        try await withAuth(environment: ["PASSWORD_THREADS": "1", "PASSWORD_QUEUE": "16"]) { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            let user = try await auth.user(auth.logIn(email).value)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<96 {
                    group.addTask {
                        for _ in 0..<3 {
                            let code = try await refusal {
                                try await auth.logIn(AuthLab.address(), password: "wrong", from: "203.0.113.9")
                            }
                            #expect(code == .invalidCredentials || code == .serviceUnavailable)
                        }
                    }
                }
                for index in 0..<3 {
                    _ = try await auth.logIn(email, from: "198.51.100.\(index)")
                    _ = try await auth.register()
                }
                try await auth.changePassword(user, to: "four larches nine owls")
                try await group.waitForAll()
            }
        }
    }
}
