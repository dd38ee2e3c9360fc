internal import Synchronization

/// The work that one request may still do: until its deadline, and at most so many steps.
///
/// A stranger chooses how often code loops over what they sent, so each such loop pays for its rounds here. A step is
/// about what it takes to look at one byte, a few nanoseconds.
public final class WorkBudget: Sendable {
    /// The steps of one request unless its operation says otherwise: some 200 ms of one core.
    public static let defaultSteps = 50_000_000
    /// The steps between two looks at the clock, some 100 µs.
    private static let stepsBetweenLooks = 20_000

    /// When the result is of no more use.
    public let deadline: ContinuousClock.Instant
    private let limit: Int
    private let spent = Atomic<Int>(0)

    /// - Parameters:
    ///   - deadline: When the result is of no more use.
    ///   - steps: The most that may be spent.
    public init(until deadline: ContinuousClock.Instant, steps: Int = WorkBudget.defaultSteps) {
        self.deadline = deadline
        limit = steps
    }

    /// For work of which the caller knows that it is small, such as reading what the service wrote itself.
    public static var unlimited: WorkBudget { WorkBudget(until: .now + .seconds(86_400), steps: .max) }

    /// Pays for work that is about to be done.
    ///
    /// - Parameter steps: At least 0; about one for each byte that will be looked at.
    /// - Throws: `WorkExhausted` when the deadline has passed or the steps are used up.
    public func spend(_ steps: Int) throws(WorkExhausted) {
        let steps = max(1, steps)
        let before = spent.wrappingAdd(steps, ordering: .relaxed).oldValue
        guard before <= limit - steps else { throw .steps }
        guard before / Self.stepsBetweenLooks != (before + steps) / Self.stepsBetweenLooks else { return }
        guard ContinuousClock.now < deadline else { throw .deadline }
    }
}

/// A request did all the work that it was given.
public enum WorkExhausted: Error, Sendable {
    /// The time is up.
    case deadline
    /// What was sent takes more work than one request may cause.
    case steps
}
