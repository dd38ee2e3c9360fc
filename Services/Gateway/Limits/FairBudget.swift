import Synchronization

/// A limited resource, such as bytes of memory, shared so that one source cannot take it all.
///
/// It never waits: without enough left, a request is refused and told to retry.
final class FairBudget: Sendable {
    private struct State {
        var taken = 0
        /// Sources that hold some; all others are absent.
        var sources: [RateKey: Int] = [:]
    }

    private let limit: Int
    private let limitPerSource: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: The maximum held by all sources together.
    ///   - limitPerSource: The maximum held by one source.
    init(limit: Int, limitPerSource: Int) {
        self.limit = limit
        self.limitPerSource = limitPerSource
    }

    /// The amount held by all sources.
    var taken: Int { state.withLock { $0.taken } }

    /// Tells whether the amount is available now.
    func hasRoom(for amount: Int, of source: RateKey) -> Bool {
        state.withLock { isFree(amount, source, $0) }
    }

    private func isFree(_ amount: Int, _ source: RateKey, _ state: borrowing State) -> Bool {
        state.taken + amount <= limit && state.sources[source, default: 0] + amount <= limitPerSource
    }

    fileprivate func take(_ amount: Int, for source: RateKey) -> Bool {
        state.withLock { state in
            guard isFree(amount, source, state) else { return false }
            state.taken += amount
            state.sources[source, default: 0] += amount
            return true
        }
    }

    fileprivate func release(_ amount: Int, of source: RateKey) {
        state.withLock { state in
            state.taken -= amount
            let rest = state.sources[source, default: 0] - amount
            state.sources[source] = rest > 0 ? rest : nil
        }
    }

    /// One holder's part, released when the lease is deallocated.
    final class Lease {
        private let budget: FairBudget
        private let source: RateKey
        private var held = 0

        init(of budget: FairBudget, for source: RateKey) {
            self.budget = budget
            self.source = source
        }

        deinit { if held > 0 { budget.release(held, of: source) } }

        /// Sets the amount held.
        ///
        /// - Returns: `true` if the amount was available; otherwise nothing changes.
        func hold(_ amount: Int) -> Bool {
            if amount > held {
                guard budget.take(amount - held, for: source) else { return false }
            } else if amount < held {
                budget.release(held - amount, of: source)
            }
            held = amount
            return true
        }
    }
}
