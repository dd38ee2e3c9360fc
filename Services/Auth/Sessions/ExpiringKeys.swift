import AuthContracts
import Contracts
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Announces expired API keys like revoked sessions, so that gateways close connections opened with them.
struct ExpiringKeys: Service {
    /// Leaves the event most of the two seconds within which a key's access must end.
    private static let interval = Duration.milliseconds(500)

    let database: ServiceDatabase
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                    try await announce()
                } catch is CancellationError {
                    return
                } catch {  // the next round tries again
                    logger.warning("Expired keys could not be announced", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    func announce(at now: Timestamp = .now()) async throws {
        while try await APIKeyStore(sql: database.scoped(to: .platform)).hasExpired(at: now) {
            let context = RequestContext.system("auth", logger: logger)
            let count = try await database.transaction(context, scope: .platform) { transaction in
                let expired = try await APIKeyStore(sql: transaction).announceExpired(at: now)
                for key in expired {
                    try await transaction.emit(
                        SessionRevoked(sessionId: key.id.cast(), userId: key.user),
                        tenant: key.tenant
                    )
                }
                return expired.count
            }
            if count == 0 { return }  // another replica has them
        }
    }
}
