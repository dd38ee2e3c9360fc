import Contracts
import Logging
import Postgres
import ServiceLifecycle

/// Deletes expired rows: sessions with their tokens, old spent tokens, expired sign-in failures, unused networks.
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
        try await RefreshTokenStore.removeSpent(from: database, before: now - refreshTokenTTL)
        try await SessionStore.removeExpired(from: database, at: now, after: revocationPeriod)
        try await APIKeyStore.removeExpired(from: database, at: now, after: revocationPeriod)
        try await SignInFailureStore.removeExpired(from: database)
        try await KnownNetworkStore.removeExpired(from: database, at: now)
    }
}
