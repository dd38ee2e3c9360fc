import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Removes what has had its time: sessions with their tokens, tokens spent long ago, and failed sign-ins that count no more.
struct ExpiredRows: Service {
    private static let interval = Duration.seconds(300)

    let database: Database
    /// How long the end of a session is still told to the gateway.
    let revocationPeriod: Duration
    let refreshTokenTTL: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                    try await remove()
                } catch is CancellationError {
                    return
                } catch {  // the next round tries again
                    logger.warning("Expired rows could not be removed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    func remove(at now: Timestamp = .now()) async throws {
        try await database.transaction(scope: .platform) { transaction in
            try await SessionStore(sql: transaction).removeExpired(at: now, after: revocationPeriod)
            try await APIKeyStore(sql: transaction).removeExpired(at: now, after: revocationPeriod)
            try await RefreshTokenStore(sql: transaction).removeSpent(before: now - refreshTokenTTL)
            try await SignInFailureStore(sql: transaction).removeExpired()
        }
    }
}
