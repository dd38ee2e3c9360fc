/// Rate, errors and duration of calls to other services, by service.
public struct CallFigures: Sendable {
    private struct Figures {
        let durations: Histogram
        let unanswered: Counter
        /// From 1xx to 5xx.
        let statuses: [Counter]
    }

    private let figures: [String: Figures]

    /// - Parameters:
    ///   - metrics: Where they are shown.
    ///   - services: All that may be called.
    public init(_ metrics: Metrics, of services: [String]) {
        func counter(_ service: String, _ status: String) -> Counter {
            metrics.counter(
                "rovierr_mesh_calls_total",
                "Calls of other services, by the class of the reply's status; none where no reply came.",
                labels: [("service", service), ("status", status)]
            )
        }
        func figures(_ service: String) -> Figures {
            Figures(
                durations: metrics.histogram(
                    "rovierr_mesh_call_duration_seconds",
                    "Time from a call of another service to its reply.",
                    labels: [("service", service)]
                ),
                unanswered: counter(service, "none"),
                statuses: (1...5).map { counter(service, "\($0)xx") }
            )
        }
        self.figures = Dictionary(uniqueKeysWithValues: services.map { ($0, figures($0)) })
    }

    /// - Parameters:
    ///   - service: Whom was called; others than those that may be are not counted.
    ///   - duration: From the call to its reply.
    ///   - status: The reply's; `nil` when the mesh had none.
    public func record(_ service: String, _ duration: Duration, status: Int?) {
        guard let figures = figures[service] else { return }
        figures.durations.record(duration)
        let counter = status.map { figures.statuses[min(max($0 / 100, 1), 5) - 1] } ?? figures.unanswered
        counter.add()
    }
}
