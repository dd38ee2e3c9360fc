import Contracts
import HTTPTypes
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import SocietiesContracts

/// Brings to an end what a crash, here or in forms, left half done: a registration that nobody submits any more is given
/// up, and forms takes back the answers of those that were given up or withdrawn.
///
/// Any number of replicas may do this at once, since every step may be done twice.
struct SubmissionRecovery: Service {
    let submissions: Submissions
    let logger: Logger
    /// Longer than any request lives, so that what is given up is not still being worked at.
    var patience: Duration = .seconds(30)
    var interval: Duration = .seconds(5)
    /// Between the first two attempts to have a registration's answers taken back.
    var firstPause: Duration = .seconds(5)

    private static let batchSize = 100
    /// The number of failures in a row after which forms counts as away, rather than a registration as faulty.
    private static let maximumFailures = 5

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await recover() } catch is CancellationError {
                    return
                } catch {
                    logger.warning("Half-done registrations wait", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: interval)  // ends early on cancellation, as does the loop
            }
        }
    }

    /// Looks once through all universities' registrations.
    func recover() async throws {
        let store = SubmissionStore(sql: submissions.database.scoped(to: .platform))
        try await store.abandonForgotten(after: patience)
        var failures = 0
        for registration in try await store.takenBack(limit: Self.batchSize) where failures < Self.maximumFailures {
            do {
                try await submissions.takeBack(registration, .system("societies", logger: logger))
                failures = 0
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failures += 1
                let attempt = try await store.postpone(registration.id, by: firstPause) ?? 0
                logger.warning(
                    "Answers could not be taken back, and wait for another attempt",
                    metadata: [
                        "registration.id": "\(registration.id)", "attempt": "\(attempt)", "error": "\(error)",
                    ]
                )
            }
        }
    }
}
