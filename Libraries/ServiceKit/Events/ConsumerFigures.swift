/// How a consumer gets on with one producer's events.
struct ConsumerFigures: Sendable {
    let producer: String
    let taken: Counter
    let failures: Counter
    let restarts: Counter
    let lag: Gauge
    let missed: Gauge
    let parked: Gauge
    let heldAggregates: Gauge
    let heldSeconds: Gauge
    let awaitingRelease: Gauge
    let givenUp: Gauge

    init(_ metrics: Metrics, producer: String) {
        self.producer = producer
        let labels = [("producer", producer)]
        func gauge(_ name: String, _ help: String) -> Gauge {
            metrics.gauge("rovierr_events_\(name)", help, labels: labels)
        }
        taken = metrics.counter("rovierr_events_taken_total", "Events that were taken in.", labels: labels)
        failures = metrics.counter("rovierr_event_failures_total", "Failed tries to take one in.", labels: labels)
        restarts = metrics.counter(
            "rovierr_events_restarts_total",
            "Times the producer was read again from the oldest event it keeps.",
            labels: labels
        )
        lag = gauge("behind", "Events of the producer not read yet.")
        missed = gauge("missed", "Events that expired before they were read, since that was acknowledged last.")
        parked = gauge("parked", "Events set aside, or behind one that is.")
        heldAggregates = gauge("held_aggregates", "Aggregates whose first event failed or waits for a release.")
        heldSeconds = gauge("held_seconds", "Age of the oldest event that holds up its aggregate.")
        awaitingRelease = gauge("awaiting_release", "Events that only a newer release can read.")
        givenUp = gauge("given_up", "Events that wait for an operator.")
    }

    func show(_ summary: ParkedEvents.Summary) {
        parked.set(summary.all)
        heldAggregates.set(summary.heldAggregates)
        heldSeconds.set(summary.heldSeconds)
        awaitingRelease.set(summary.awaitingRelease)
        givenUp.set(summary.givenUp)
    }

    /// The line that the health check adds for an operator; `nil` while nothing is missing.
    var note: String? {
        missed.value == 0 ? nil : "\(missed.value) events of \(producer) expired before they were read"
    }
}
