import Synchronization
import TestKit
import Testing

@testable import Passwords

@Suite("Hashing on threads of its own")
struct PasswordHasherTests {
    private static let bcrypt = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

    @Test("A right password is right, a wrong one wrong, and without an account nothing is right")
    func verification() async throws {
        let hasher = PasswordHasher()
        let stored = try await hasher.hash("nine lively herons")
        #expect(try await hasher.verify("nine lively herons", against: stored) == .right(replacement: nil))
        #expect(try await hasher.verify("nine lively heron", against: stored) == .wrong)
        #expect(try await hasher.verify("nine lively herons", against: nil) == .wrong)
        #expect(try await hasher.verify("nine lively herons", against: "damaged") == .wrong)
    }

    @Test("A bcrypt hash is verified and comes back as Argon2id")
    func upgrade() async throws {
        let hasher = PasswordHasher()
        #expect(try await hasher.verify("wrong", against: Self.bcrypt) == .wrong)
        guard case .right(let replacement?) = try await hasher.verify("U*U", against: Self.bcrypt) else {
            Issue.record("The password is right and its hash outdated")
            return
        }
        #expect(replacement.hasPrefix("$argon2id$"))
        #expect(try await hasher.verify("U*U", against: replacement) == .right(replacement: nil))
    }

    @Test("An unknown account takes about as long as a wrong password")
    func unknownAccountsTakeAsLong() async throws {
        let hasher = PasswordHasher()
        let stored = try await hasher.hash("nine lively herons")
        // A busy machine may disturb some rounds. Without the work for an unknown account none would be even.
        try await until {
            var (known, unknown): ([Duration], [Duration]) = ([], [])
            for _ in 0..<5 {
                known.append(try await ContinuousClock().measure { _ = try await hasher.verify("x", against: stored) })
                unknown.append(try await ContinuousClock().measure { _ = try await hasher.verify("x", against: nil) })
            }
            return (0.4...2.5).contains(unknown.sorted()[2] / known.sorted()[2]) ? () : nil
        }
    }

    @Test("What fits in the queue is answered, and what does not is refused at once")
    func overload() async throws {
        let hasher = PasswordHasher(threads: 1, maximumWaiting: 3)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    do {
                        return try await hasher.verify("U*U", against: Self.bcrypt) != .wrong
                    } catch {
                        #expect(error is PasswordHasher.Overloaded)
                        return false
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count(where: \.self) >= 4)
        #expect(outcomes.contains(false))
        #expect(try await hasher.verify("U*U", against: Self.bcrypt) != .wrong, "It works again afterwards")
    }

    /// Checks whom a full queue makes room for; `WorkersTests` checks the order of turns.
    @Test(
        "A crowd that comes back at once keeps nobody else from being served",
        .serialized,
        arguments: ["crowd", "network", "address"],
        [PasswordHasher.Purpose.signIn, .registration, .change]
    )
    func fairness(crowd: String, purpose: PasswordHasher.Purpose) async throws {
        let hasher = PasswordHasher(threads: 1, maximumWaiting: 32)
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<48 {
                group.addTask {
                    // One source, many networks of one site, or many sources that sign in.
                    let source = crowd == "crowd" ? crowd : "\(crowd) \(index)"
                    let site = crowd == "address" ? nil : "site"
                    while !Task.isCancelled {
                        do {
                            _ = try await hasher.verify("x", against: nil, from: source, within: site)
                        } catch is PasswordHasher.Overloaded {
                            tally.refused.add(1, ordering: .relaxed)
                            try await waitUntilCancelled()
                        }
                    }
                }
            }
            try await until { tally.refused.load(ordering: .relaxed) > 0 ? () : nil }
            // All addresses that sign in share one lane, and a sign-in from another address joins it.
            if crowd != "address" || purpose != .signIn {
                for _ in 0..<3 {
                    let served = try await hasher.verify("U*U", against: Self.bcrypt, for: purpose, from: "single")
                    #expect(served != .wrong)
                }
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    @Test("A password is the same however its accents are written, and an older hash of it as typed still verifies")
    func normalization() async throws {
        let hasher = PasswordHasher()
        let (composed, apart) = ("cr\u{E8}me br\u{FB}l\u{E9}e", "cre\u{300}me bru\u{302}le\u{301}e")
        let stored = try await hasher.hash(apart)
        #expect(try await hasher.verify(composed, against: stored) == .right(replacement: nil))
        #expect(try await hasher.verify(apart, against: stored) == .right(replacement: nil))
        let old = try PasswordHash.encode(Array(apart.utf8))
        guard case .right(let replacement?) = try await hasher.verify(apart, against: old) else {
            Issue.record("The password is right and its hash outdated")
            return
        }
        #expect(try await hasher.verify(composed, against: replacement) == .right(replacement: nil))
        #expect(try await hasher.verify("creme brulee", against: old) == .wrong)
    }

    @Test("A caller who went away is not waited for")
    func cancellation() async throws {
        let hasher = PasswordHasher(threads: 1)
        let waiting = (0..<20).map { _ in Task { try await hasher.hash("nine lively herons") } }
        for task in waiting { task.cancel() }
        var cancelled = 0
        for task in waiting {
            if case .failure(let error) = await task.result {
                #expect(error is CancellationError)
                cancelled += 1
            }
        }
        #expect(cancelled > 0)
        #expect(try await hasher.hash("nine lively herons").hasPrefix("$argon2id$"))
    }
}

/// Counts the outcomes of a crowd's passwords.
private final class Tally: Sendable {
    let refused = Atomic(0)
}
