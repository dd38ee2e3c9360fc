import AuthContracts
import Contracts
import Passwords
import Postgres
import ServiceKit

/// Checks passwords as a stranger may try them: counted, limited, and in the same time whether there is an account or not.
struct PasswordCheck: Sendable {
    let database: ServiceDatabase
    let hasher: PasswordHasher
    let now: @Sendable () -> Timestamp

    init(database: ServiceDatabase, hasher: PasswordHasher, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.database = database
        self.hasher = hasher
        self.now = now
    }

    /// Checks a password and, if it is right, does what it was asked for.
    ///
    /// Whether an attempt counts as failed or passes is decided together with the count, after the hashing: of guesses made
    /// side by side, those beyond the limit learn nothing, right or wrong, while right passwords never lock each other out.
    ///
    /// - Parameters:
    ///   - password: As it was typed.
    ///   - attempt: Names the counters of failures.
    ///   - purpose: The reason for checking the password.
    ///   - credentials: `nil` when there is no such account.
    ///   - context: The request.
    ///   - prepare: Does work that `body` needs outside the transaction, such as another hash; runs for right and wrong
    ///     passwords alike, so that timing reveals nothing.
    ///   - body: Runs in the transaction, with the account's row locked.
    /// - Returns: What `body` returns.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `SERVICE_UNAVAILABLE`.
    func passing<Prepared, Result>(
        _ password: GivenPassword,
        as attempt: SignInAttempt,
        for purpose: PasswordHasher.Purpose,
        credentials: @Sendable (UserStore) async throws -> Credentials?,
        _ context: RequestContext,
        preparing prepare: () async throws -> Prepared,
        _ body: (User, Prepared, ServiceTransaction) async throws -> Result
    ) async throws -> Result {
        let platform = database.scoped(to: .platform)
        async let lockouts = SignInFailureStore(sql: platform).lockouts(of: attempt.counters, at: now())
        let known = try await credentials(UserStore(sql: platform))
        let isKnownNetwork = try await KnownNetworkStore(sql: platform).contains(attempt.source, of: known?.user)
        for (counter, lockout) in zip(attempt.counters, try await lockouts) where counter.binds(isKnownNetwork) {
            try refuse(while: lockout)
        }

        let prepared = try await prepare()
        let verification = try await refusingOverload {
            try await hasher.verify(
                password.text,
                against: known?.passwordHash,
                for: purpose,
                from: attempt.source,
                within: attempt.site
            )
        }
        let result: Result? = try await database.transaction(context, scope: .platform) { transaction in
            let failures = SignInFailureStore(sql: transaction)
            guard case .right(let replacement) = verification else {
                try await fail(attempt, isKnownNetwork, failures)
                return nil
            }
            for counter in attempt.counters where counter.binds(isKnownNetwork) {
                try refuse(while: try await failures.lock(counter, at: now()))
            }
            guard let known, let user = try await UserStore(sql: transaction).lock(known) else {
                try await fail(attempt, isKnownNetwork, failures)
                return nil
            }
            if let replacement { try await UserStore(sql: transaction).rehash(known, to: replacement) }
            if let own = attempt.counters.first { try await failures.clear(own) }
            return try await body(user, prepared, transaction)
        }
        guard let result else { throw ServiceError(.invalidCredentials) }
        return result
    }

    /// Counts a failure in every counter.
    ///
    /// - Throws: `ACCOUNT_LOCKED` if a binding counter is already full; then nothing is counted.
    private func fail(
        _ attempt: SignInAttempt,
        _ isKnownNetwork: Bool,
        _ failures: SignInFailureStore
    ) async throws {
        for counter in attempt.counters {
            let isCounted = try await failures.count(counter, at: now())
            guard !isCounted, counter.binds(isKnownNetwork) else { continue }
            try refuse(while: try await failures.lock(counter, at: now()))
        }
    }

    private func refuse(while lockout: Lockout) throws(ServiceError) {
        guard let wait = lockout.wait(at: now()) else { return }
        throw ServiceError(.accountLocked, retryAfter: wait)
    }
}

extension FailureCounter {
    /// Tells whether the counter can lock out the source.
    func binds(_ isKnownNetwork: Bool) -> Bool { !isWide || !isKnownNetwork }
}

/// Turns a full queue of passwords into an answer that asks to come again.
func refusingOverload<Result>(_ hash: () async throws -> Result) async throws -> Result {
    do { return try await hash() } catch is PasswordHasher.Overloaded {
        throw ServiceError(
            .serviceUnavailable,
            "Too many people are signing in at once; try again.",
            retryAfter: .seconds(1)
        )
    }
}
