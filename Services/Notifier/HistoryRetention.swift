import Logging
import Postgres
import ServiceLifecycle

/// Removes old publications of channels on which nothing new pushes them out.
struct HistoryRetention: Service {
    let database: Database
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await ChannelStore.removeExpired(from: database)
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("Old publications could not be removed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(3_600))  // ends early on cancellation, as does the loop
            }
        }
    }
}
