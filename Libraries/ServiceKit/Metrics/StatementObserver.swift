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
