/// How a consumer gets on with one producer's events.
struct ConsumerFigures: Sendable {
    let taken: Counter
    let failures: Counter
    let lag: Gauge
    let parked: Gauge
    let givenUp: Gauge

    init(_ metrics: Metrics, producer: String) {
        let labels = [("producer", producer)]
        taken = metrics.counter("rovierr_events_taken_total", "Events that were taken in.", labels: labels)
        failures = metrics.counter("rovierr_event_failures_total", "Failed tries to take one in.", labels: labels)
        lag = metrics.gauge("rovierr_events_behind", "Events of the producer not read yet.", labels: labels)
        parked = metrics.gauge("rovierr_events_parked", "Events set aside, or behind one that is.", labels: labels)
        givenUp = metrics.gauge("rovierr_events_given_up", "Events that wait for an operator.", labels: labels)
    }
}
