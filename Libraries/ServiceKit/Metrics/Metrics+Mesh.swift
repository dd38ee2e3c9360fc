public import Mesh

extension Metrics {
    /// Shows what a mesh client counts, by service.
    public func observe(_ client: MeshClient) {
        beforeReading { [weak client] metrics in
            guard let client else { return }
            for service in client.services { metrics.update(service, client) }
        }
    }

    private func update(_ service: String, _ client: MeshClient) {
        guard let statistics = client.statistics(of: service) else { return }
        for (name, help, total) in [
            ("retries", "Tries beyond the first.", statistics.retries),
            ("retries_denied", "Tries that the budget did not allow.", statistics.retriesDenied),
            ("hedges", "Reads that were asked of a second replica.", statistics.hedges),
            ("hedges_won", "Hedges that were answered first.", statistics.hedgesWon),
            ("timeouts", "Tries that ran out of time.", statistics.timeouts),
            ("failures", "Answers with a server error other than 503.", statistics.failures),
            ("lost", "Tries lost with their connection.", statistics.lost),
            (
                "overloads", "Calls refused because a queue was full, there or here, and answers 429 and 503.",
                statistics.overloads
            ),
            ("suspended", "Calls refused because the operation keeps failing.", statistics.suspended),
            ("breakers_opened", "Times an operation at a replica was suspended.", statistics.breakersOpened),
            ("ejections", "Times a replica was left alone.", statistics.ejections),
        ] {
            counter("rovierr_mesh_\(name)_total", help, labels: [("service", service)]).follow(total)
        }
        let endpoints = client.endpoints(of: service)
        for (state, count) in [
            ("ready", endpoints.count { $0.isReady && !$0.isEjected }),
            ("ejected", endpoints.count { $0.isEjected }),
            ("away", endpoints.count { !$0.isReady && !$0.isEjected }),
        ] {
            gauge("rovierr_mesh_replicas", "Replicas by state.", labels: [("service", service), ("state", state)])
                .set(count)
        }
        gauge(
            "rovierr_mesh_suspended_operations",
            "Operations suspended, over all replicas.",
            labels: [("service", service)]
        )
        .set(endpoints.reduce(0) { $0 + $1.suspended.count })
    }
}
