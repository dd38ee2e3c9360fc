import Synchronization

/// A daemon's figures, and their text in Prometheus' exposition format 0.0.4.
public final class Metrics: Sendable {
    /// What tells apart the series of one name, such as `["operation": "forms.get"]`.
    public typealias Labels = [(String, String)]

    private struct State {
        var families: [String: Family] = [:]
        var updates: [@Sendable (Metrics) -> Void] = []
    }

    private struct Family {
        let help: String
        let kind: String
        var series: [String: any Series] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    /// A figure that only grows.
    public func counter(_ name: String, _ help: String, labels: Labels = []) -> Counter {
        series(name, help, "counter", labels) { Counter() }
    }

    /// A figure that goes up and down.
    public func gauge(_ name: String, _ help: String, labels: Labels = []) -> Gauge {
        series(name, help, "gauge", labels) { Gauge() }
    }

    /// How long something takes, in seconds.
    public func histogram(_ name: String, _ help: String, labels: Labels = []) -> Histogram {
        series(name, help, "histogram", labels) { Histogram() }
    }

    /// Has `update` bring figures up to date that somebody else counts, whenever they are read.
    public func beforeReading(_ update: @escaping @Sendable (Metrics) -> Void) {
        state.withLock { $0.updates.append(update) }
    }

    private func series<S: Series>(
        _ name: String,
        _ help: String,
        _ kind: String,
        _ labels: Labels,
        _ make: () -> S
    ) -> S {
        let key = Self.text(of: labels)
        return state.withLock { state in
            var family = state.families[name] ?? Family(help: help, kind: kind)
            let series = family.series[key] as? S ?? make()
            family.series[key] = series
            state.families[name] = family
            return series
        }
    }

    /// All series as Prometheus reads them.
    public func text() -> String {
        for update in state.withLock({ $0.updates }) { update(self) }
        let families = state.withLock { $0.families }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            lines.append("# HELP \(name) \(family.help)")
            lines.append("# TYPE \(name) \(family.kind)")
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                lines += series.lines(name, labels)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(of labels: Labels) -> String {
        labels.map { name, value in
            let escaped = value.map { $0 == "\\" ? "\\\\" : $0 == "\"" ? "\\\"" : $0 == "\n" ? "\\n" : String($0) }
                .joined()
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }
}

private protocol Series: Sendable {
    func lines(_ name: String, _ labels: String) -> [String]
}

private func line(_ name: String, _ labels: String, _ value: some CustomStringConvertible) -> String {
    labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)"
}

public final class Counter: Series {
    private let count = Atomic<UInt64>(0)
    public func add(_ amount: UInt64 = 1) { count.add(amount, ordering: .relaxed) }
    public var value: UInt64 { count.load(ordering: .relaxed) }
    /// Takes over what somebody else has counted.
    func follow(_ total: Int) { count.store(UInt64(clamping: total), ordering: .relaxed) }
    func lines(_ name: String, _ labels: String) -> [String] { [line(name, labels, value)] }
}

public final class Gauge: Series {
    private let number = Atomic<Int>(0)
    public func set(_ value: Int) { number.store(value, ordering: .relaxed) }
    public func add(_ amount: Int) { number.add(amount, ordering: .relaxed) }
    public var value: Int { number.load(ordering: .relaxed) }
    func lines(_ name: String, _ labels: String) -> [String] { [line(name, labels, value)] }
}

/// Durations in buckets from 1 ms to 10 s.
public final class Histogram: Series {
    private static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct State {
        var counts = [UInt64](repeating: 0, count: Histogram.bounds.count + 1)
        var sum = 0.0
    }

    private let state = Mutex(State())

    public func record(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += seconds
        }
    }

    func lines(_ name: String, _ labels: String) -> [String] {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        var lines: [String] = []
        let prefix = labels.isEmpty ? "" : labels + ","
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < Self.bounds.count ? "\(Self.bounds[index])" : "+Inf"
            lines.append(line("\(name)_bucket", "\(prefix)le=\"\(bound)\"", total))
        }
        return lines + [line("\(name)_sum", labels, sum), line("\(name)_count", labels, total)]
    }
}
