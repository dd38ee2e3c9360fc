import Logging
import Synchronization

/// Observes which lock a migrator waits for, and who holds it.
///
/// The server tells only as long as the wait lasts, so it is asked over a connection of its own, which is opened when a
/// step takes longer than `interval`.
final class LockWatch: Sendable {
    /// A lock that somebody else holds.
    struct Wait: Sendable, Equatable, CustomStringConvertible {
        /// The lock's mode and what it is on: `AccessExclusiveLock on halls`.
        let lock: String
        /// Process id, role and application of each holder.
        let holders: String

        var description: String { "\(lock), held by \(holders)" }
    }

    private struct Step {
        let migration: String
        let process: Int32
        var wait: Wait?
    }

    private let step = Mutex<Step?>(nil)
    private let configuration: PostgresConfiguration
    private let interval: Duration
    private let logger: Logger

    /// Describes the observation; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: The migrator's connection.
    ///   - interval: The time between two looks.
    ///   - logger: Where each wait is reported.
    init(_ configuration: PostgresConfiguration, interval: Duration, logger: Logger) {
        self.configuration = configuration
        self.interval = interval
        self.logger = logger
    }

    /// The last wait that was seen in the present step.
    var lastWait: Wait? { step.withLock { $0?.wait } }

    /// Tells that a step begins.
    ///
    /// - Parameters:
    ///   - migration: The step's name.
    ///   - process: The process of the server that runs it.
    func begin(_ migration: String, process: Int32) {
        step.withLock { $0 = Step(migration: migration, process: process, wait: nil) }
    }

    /// Tells that the step has ended.
    func end() { step.withLock { $0 = nil } }

    /// Observes the steps of `body` until it ends.
    func during<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        async let _: Void = observe()  // cancelled and waited for at the end of this scope
        return try await body()
    }

    private func observe() async {
        var database: Database?
        // Sleeping fails when this task is cancelled, which is the end of the migration.
        while (try? await Task.sleep(for: interval)) != nil {
            guard let process = step.withLock({ $0?.process }) else { continue }
            let connected = database ?? Database(configuration: configuration, logger: logger)
            database = connected
            do {
                guard let row = try await connected.first(Self.wait(of: process), scope: .none) else { continue }
                report(Wait(lock: try row["lock"], holders: try row["holders"]))
            } catch {
                logger.debug("Can't see what the migration waits for", metadata: ["error": "\(error)"])
            }
        }
        await database?.close()
    }

    /// Logs a wait, unless the last one was the same.
    private func report(_ wait: Wait) {
        let migration = step.withLock { step -> String? in
            guard step?.wait != wait else { return nil }
            step?.wait = wait
            return step?.migration
        }
        guard let migration else { return }
        logger.notice(
            "Migration waits for a lock",
            metadata: ["migration": "\(migration)", "lock": "\(wait.lock)", "holders": "\(wait.holders)"]
        )
    }

    private static func wait(of process: Int32) -> SQL {
        """
        SELECT waiting.mode || ' on ' || coalesce(waiting.relation::regclass::text, waiting.locktype) AS lock,
            string_agg(
                DISTINCT CASE holder WHEN 0 THEN 'a prepared transaction'
                    ELSE concat_ws(' ', holder, activity.usename, nullif(activity.application_name, '')) END,
                ', '
            ) AS holders
        FROM pg_locks AS waiting
        CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS holder
        LEFT JOIN pg_stat_activity AS activity ON activity.pid = holder
        WHERE waiting.pid = \(process) AND NOT waiting.granted
        GROUP BY 1
        """
    }
}
