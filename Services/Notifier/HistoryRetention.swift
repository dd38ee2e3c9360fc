import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// Removes old publications of channels on which nothing new pushes them out.
struct HistoryRetention: Service {
    let database: ServiceDatabase
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await ChannelStore(sql: database.scoped(to: .platform)).removeExpired() } catch {
                    logger.debug("Old publications stay for now", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(3_600))  // ends early on cancellation, as does the loop
            }
        }
    }
}
