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
                } catch {  // only when it is cancelled
                    return
                }
            }
        }
    }

    func remove(at now: Timestamp = .now()) async throws {
        try await attempt("refresh tokens") {
            try await RefreshTokenStore.removeSpent(from: database, before: now - refreshTokenTTL)
        }
        try await attempt("sessions") {
            try await SessionStore.removeExpired(from: database, at: now, after: revocationPeriod)
        }
        try await attempt("API keys") {
            try await APIKeyStore.removeExpired(from: database, at: now, after: revocationPeriod)
        }
        try await attempt("sign-in failures") { try await SignInFailureStore.removeExpired(from: database) }
        try await attempt("known networks") { try await KnownNetworkStore.removeExpired(from: database, at: now) }
    }

    /// Keeps rows of one kind that can't be removed from delaying the others; the next round tries again.
    ///
    /// - Throws: `CancellationError`.
    private func attempt(_ rows: String, _ body: () async throws -> Void) async throws {
        do { try await body() } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning("Expired rows could not be removed", metadata: ["rows": "\(rows)", "error": "\(error)"])
        }
    }
}
