/// Rate, errors and duration of one operation.
public final class RequestFigures: Sendable {
    private let durations: Histogram
    /// From 1xx to 5xx.
    private let statuses: [Counter]

    /// - Parameters:
    ///   - metrics: Where they are shown.
    ///   - prefix: `rovierr_request` makes `rovierr_request_duration_seconds` and `rovierr_requests_total`.
    ///   - who: What a request is to whom, for the help text.
    ///   - operation: The operation's name; empty for what belongs to none.
    public init(_ metrics: Metrics, prefix: String, of who: String, operation: String) {
        durations = metrics.histogram(
            "\(prefix)_duration_seconds",
            "Time to answer \(who).",
            labels: [("operation", operation)]
        )
        statuses = (1...5).map { number in
            metrics.counter(
                "\(prefix)s_total",
                "Answers to \(who), by the class of their status.",
                labels: [("operation", operation), ("status", "\(number)xx")]
            )
        }
    }

    public func record(_ duration: Duration, status: Int) {
        durations.record(duration)
        statuses[min(max(status / 100, 1), 5) - 1].add()
    }
}
