import Contracts
import Logging
import Mesh
import Postgres
import ServiceLifecycle
import Synchronization

/// Numbers and publishes what the service's transactions have committed.
///
/// Publishing may lose a message, and a crash may come before it; consumers see the gap and pull. What must not be lost
/// is the row, which is committed with the change that it tells of.
struct OutboxRelay: Service {
    let outbox: Outbox
    let signal: OutboxSignal
    let publisher: EventPublisher
    let logger: Logger
    private let emptied = Moment()
    private let published: Counter

    private static let batchSize = 500

    init(
        outbox: Outbox,
        signal: OutboxSignal,
        publisher: EventPublisher,
        metrics: Metrics,
        logger: Logger
    ) {
        self.outbox = outbox
        self.signal = signal
        self.publisher = publisher
        self.logger = logger
        published = metrics.counter("rovierr_outbox_published_total", "Events that were numbered and published.")
        metrics.computed("rovierr_outbox_lag_seconds", "Since the outbox was last seen empty.", .gauge) { [emptied] in
            [([], emptied.age / .seconds(1))]
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await relayWhenRaised() }
                group.addTask { await raiseRegularly() }
            }
        }
        await relay()  // what the last requests have emitted
    }

    private func relayWhenRaised() async {
        await relay()
        for await _ in signal.raises { await relay() }
    }

    /// A replica that died may have left rows which nobody else was told of.
    private func raiseRegularly() async {
        while !Task.isCancelled {
            signal.raise()
            try? await Task.sleep(for: .seconds(1))  // ends early on cancellation, as does the loop
        }
    }

    private func relay() async {
        do {
            while true {
                let batch = try await outbox.assignPositions(limit: Self.batchSize)
                for (index, event) in batch.events.enumerated() {
                    publisher.publish(event)
                    // A signature takes some 50 µs, and requests wait for the loop.
                    if index % 16 == 15 { await Task.yield() }
                }
                published.add(UInt64(batch.events.count))
                publisher.announce(position: batch.lastPosition, epoch: batch.epoch)
                guard batch.events.count == Self.batchSize else { return emptied.isNow() }
            }
        } catch is CancellationError {
        } catch {
            // The rows wait; the next raise tries again.
            logger.warning("Events could not be relayed", metadata: ["error": "\(error)"])
        }
    }
}

/// When something happened last.
final class Moment: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    var age: Duration { instant.withLock { .now - $0 } }
    func isNow() { instant.withLock { $0 = .now } }
}
