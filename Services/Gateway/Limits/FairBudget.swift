import Synchronization

/// A limited resource, such as bytes of memory, shared so that one source cannot take it all.
///
/// A source takes no more than it leaves free (Choudhury and Hahne, *Dynamic Queue Length Thresholds*, 1998): one alone
/// has half, ten have an eleventh each, and a newcomer finds room however much others hold. An IPv6 address counts by
/// its /64 and, with eight times the share, by its /48.
///
/// It never waits: without enough left, a request is refused and told to retry.
final class FairBudget: Sendable {
    private struct State {
        var taken = 0
        /// The amounts of sources and of their networks; those that hold nothing are absent.
        var holders: [RateKey: Int] = [:]

        mutating func change(_ key: RateKey, by amount: Int) {
            let held = holders[key, default: 0] + amount
            holders[key] = held > 0 ? held : nil
        }
    }

    /// The shares of an IPv6 network (a /48), regardless of how many addresses it uses.
    private static let sharesPerNetwork = 8

    private let limit: Int
    private let limitPerSource: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: The maximum held by all sources together.
    ///   - limitPerSource: The maximum held by one source, however much is free.
    init(limit: Int, limitPerSource: Int) {
        self.limit = limit
        self.limitPerSource = limitPerSource
    }

    /// The amount held by all sources.
    var taken: Int { state.withLock { $0.taken } }

    /// Tells whether the amount is available now.
    func hasRoom(for amount: Int, of source: RateKey) -> Bool {
        state.withLock { isFree(amount, source, $0, within: limit) }
    }

    private func isFree(_ amount: Int, _ source: RateKey, _ state: borrowing State, within limit: Int) -> Bool {
        guard amount > 0 else { return true }
        let free = limit - state.taken - amount
        guard free >= 0 else { return false }
        let share = max(1, free)  // a newcomer gets the last unit
        guard state.holders[source, default: 0] + amount <= min(limitPerSource, share) else { return false }
        guard let network = source.network else { return true }
        return (state.holders[network, default: 0] + amount - 1) / Self.sharesPerNetwork < share
    }

    fileprivate func take(_ amount: Int, for source: RateKey, within limit: Int) -> Bool {
        state.withLock { state in
            guard isFree(amount, source, state, within: min(limit, self.limit)) else { return false }
            state.taken += amount
            state.change(source, by: amount)
            if let network = source.network { state.change(network, by: amount) }
            return true
        }
    }

    fileprivate func release(_ amount: Int, of source: RateKey) {
        state.withLock { state in
            state.taken -= amount
            state.change(source, by: -amount)
            if let network = source.network { state.change(network, by: -amount) }
        }
    }

    /// One holder's part, released when the lease is deallocated.
    final class Lease {
        private let budget: FairBudget
        private let source: RateKey
        private var held = 0

        /// - Parameters:
        ///   - budget: The shared resource.
        ///   - source: The holder: a person or an address, which for IPv6 stands for its /64.
        init(of budget: FairBudget, for source: RateKey) {
            self.budget = budget
            self.source = source
        }

        deinit { if held > 0 { budget.release(held, of: source) } }

        /// Sets the amount held.
        ///
        /// - Parameters:
        ///   - amount: The new amount.
        ///   - limit: The maximum held by all sources together, if it is less than the budget's at present.
        /// - Returns: `true` if the amount was available; otherwise nothing changes.
        func hold(_ amount: Int, within limit: Int = .max) -> Bool {
            if amount > held {
                guard budget.take(amount - held, for: source, within: limit) else { return false }
            } else if amount < held {
                budget.release(held - amount, of: source)
            }
            held = amount
            return true
        }
    }
}
