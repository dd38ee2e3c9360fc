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
    ///   - email: Whose it is said to be; failures count by it.
    ///   - credentials: `nil` when there is no such account.
    ///   - context: The request; its client's network is what failures count by, beside the address.
    ///   - body: Runs in the transaction, with the account's row locked.
    /// - Returns: What `body` returns.
    /// - Throws: `INVALID_CREDENTIALS`, `ACCOUNT_LOCKED`, `SERVICE_UNAVAILABLE`.
    func passing<Result>(
        _ password: GivenPassword,
        for email: EmailAddress,
        credentials: @Sendable (UserStore) async throws -> Credentials?,
        _ context: RequestContext,
        _ body: (User, ServiceTransaction) async throws -> Result
    ) async throws -> Result {
        let attempt = SignInAttempt(email: email, clientAddress: context.clientAddress)
        let platform = database.scoped(to: .platform)
        async let lockout = SignInFailureStore(sql: platform).failures(of: attempt, at: now())
        let known = try await credentials(UserStore(sql: platform))
        try refuse(while: try await lockout)

        let verification = try await refusingOverload {
            try await hasher.verify(password.text, against: known?.passwordHash)
        }
        let result: Result? = try await database.transaction(context, scope: .platform) { transaction in
            let failures = SignInFailureStore(sql: transaction)
            var lockout = try await failures.lock(attempt, at: now())
            try refuse(while: lockout)
            guard let user = try await user(known, verification, in: transaction) else {
                lockout.fail(at: now())
                try await failures.save(lockout, of: attempt)
                return nil
            }
            try await failures.clear(attempt)
            return try await body(user, transaction)
        }
        guard let result else { throw ServiceError(.invalidCredentials) }
        return result
    }

    private func refuse(while lockout: Lockout) throws(ServiceError) {
        guard let wait = lockout.wait(at: now()) else { return }
        throw ServiceError(.accountLocked, retryAfter: wait)
    }

    /// The account, locked, when the password was right and is still the account's.
    private func user(
        _ known: Credentials?,
        _ verification: PasswordHasher.Verification,
        in transaction: ServiceTransaction
    ) async throws -> User? {
        guard let known, case .right(let replacement) = verification else { return nil }
        let users = UserStore(sql: transaction)
        guard let user = try await users.lock(known) else { return nil }
        if let replacement { try await users.rehash(known, to: replacement) }
        return user
    }
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
