/// The times for which a migrator waits for locks of others.
public struct MigratorLimits: Sendable {
    /// The time that a statement waits for a lock before its step is rolled back.
    ///
    /// Statements that came after it for the same table wait as long, reads included.
    public var lockTimeout: Duration = .seconds(2)
    /// The longest pause before the next attempt.
    ///
    /// The first pause is as long as `lockTimeout`, each further one twice as long as the one before.
    public var maximumPause: Duration = .seconds(15)
    /// The time after which the migrator gives up, pauses included.
    ///
    /// It counts for each step, for each batch, for each index that is built concurrently, and for the wait for another
    /// migrator.
    public var maximumWait: Duration = .seconds(300)

    /// The limits that suit a daemon.
    public init() {}
}
