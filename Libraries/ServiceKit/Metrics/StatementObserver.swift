import Mesh
import Postgres
import Telemetry

/// Times every statement, and makes it a span where a trace is recorded.
struct StatementObserver: Sendable {
    private let durations: Histogram
    private let failures: Counter
    private let tracer: Tracer?

    init(metrics: Metrics, tracer: Tracer?) {
        durations = metrics.histogram(
            "rovierr_postgres_statement_duration_seconds",
            "Time of a statement, waiting for a connection included."
        )
        failures = metrics.counter("rovierr_postgres_statement_failures_total", "Statements that failed.")
        self.tracer = tracer
    }

    func observe(_ report: StatementReport) {
        durations.record(.now - report.began)
        if report.failure != nil { failures.add() }
        guard tracer != nil, let parent = CurrentSpan.context else { return }
        let verb = report.text.prefix { !$0.isWhitespace }
        var span = Span("postgres \(verb)", .client, context: parent.child(), parent: parent, began: report.began)
        // Values are bound and not part of the text.
        span.attributes = [
            ("db.system.name", .text("postgresql")), ("db.query.text", .text(String(report.text.prefix(500)))),
        ]
        span.failure = report.failure.map { "\(type(of: $0))" }
        tracer.record(span)
    }
}

/// Rate, errors and duration of calls to other services, by service.
public struct CallFigures: Sendable {
    private let metrics: Metrics

    public init(_ metrics: Metrics) { self.metrics = metrics }

    /// - Parameters:
    ///   - service: Whom was called.
    ///   - duration: From the call to its reply.
    ///   - status: The reply's; `nil` when the mesh had none.
    public func record(_ service: String, _ duration: Duration, status: Int?) {
        metrics.histogram(
            "rovierr_mesh_call_duration_seconds",
            "Time from a call of another service to its reply.",
            labels: [("service", service)]
        ).record(duration)
        metrics.counter(
            "rovierr_mesh_calls_total",
            "Calls of other services, by the class of the reply's status; none where no reply came.",
            labels: [("service", service), ("status", status.map { "\($0 / 100)xx" } ?? "none")]
        ).add()
    }
}
