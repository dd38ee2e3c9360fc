import Dispatch
public import Logging
public import Mesh
public import ServiceLifecycle
import Synchronization

/// Takes finished spans and sends them to a collector, in batches and from a thread of its own.
///
/// Whoever records a span never waits: beyond a bound, spans are dropped and counted. It wakes for spans only.
public final class Tracer: Sendable, Service {
    private struct State {
        var spans: [Span] = []
        var isScheduled = false
        var exported: UInt64 = 0
        var dropped: UInt64 = 0
        var wasFailing = false
        /// Until when what is left may be sent once we are about to end.
        var end: ContinuousClock.Instant?

        mutating func dropRest() {
            dropped += UInt64(spans.count)
            spans = []
        }
    }

    private static let capacity = 8_192
    private static let batchSize = 512
    private static let delay = DispatchTimeInterval.seconds(1)
    private static let timeout: Duration = .seconds(3)
    /// How long the last batches may be sent for: a collector that is in trouble must not keep a daemon from ending.
    private static let patience: Duration = .seconds(2)

    private let configuration: TracingConfiguration
    private let logger: Logger
    private let queue = DispatchQueue(label: "traces", qos: .utility)
    private let state = Mutex(State())
    /// Made by the first export.
    private nonisolated(unsafe) var poster: HTTPPoster?  // Safe: used on `queue` alone, which is serial.

    public init(configuration: TracingConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Whether a trace that begins now is to be recorded.
    func samples() -> Bool {
        configuration.sampledShare >= 1 || Double.random(in: 0..<1) < configuration.sampledShare
    }

    /// How many spans have left, and how many could not.
    public var figures: (exported: UInt64, dropped: UInt64) { state.withLock { ($0.exported, $0.dropped) } }

    func record(_ span: Span) {
        var span = span
        span.finish()
        let (isFirst, isFull) = state.withLock { state -> (Bool, Bool) in
            guard state.spans.count < Self.capacity else {
                state.dropped += 1
                return (false, false)
            }
            state.spans.append(span)
            defer { state.isScheduled = true }
            return (!state.isScheduled, state.spans.count == Self.batchSize)
        }
        if isFirst { queue.asyncAfter(deadline: .now() + Self.delay) { [self] in export() } }
        if isFull { queue.async { [self] in export() } }
    }

    /// Waits for graceful shutdown, and then sends what is left until the first batch that is not taken.
    public func run() async throws {
        try? await gracefulShutdown()  // cancellation ends it as well
        state.withLock { $0.end = .now + Self.patience }
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                export()
                continuation.resume()
            }
        }
    }

    // MARK: On the queue

    private func export() {
        while let batch = nextBatch() {
            let poster = unsafe poster ?? makePoster()
            unsafe self.poster = poster
            let fault = poster.map { $0.post(SpanDocument(configuration: configuration).bytes(batch)) } ?? "no libcurl"
            let isNews = state.withLock { state -> Bool in
                if fault == nil { state.exported += UInt64(batch.count) } else { state.dropped += UInt64(batch.count) }
                if let end = state.end, fault != nil || .now > end { state.dropRest() }
                defer { state.wasFailing = fault != nil }
                return state.wasFailing != (fault != nil)
            }
            if isNews, let fault { logger.warning("Traces cannot be exported", metadata: ["error": "\(fault)"]) }
            if isNews, fault == nil { logger.info("Traces are exported again") }
        }
    }

    private func nextBatch() -> [Span]? {
        state.withLock { state in
            guard !state.spans.isEmpty else {
                state.isScheduled = false
                return nil
            }
            let batch = Array(state.spans.prefix(Self.batchSize))
            state.spans.removeFirst(batch.count)
            return batch
        }
    }

    private func makePoster() -> HTTPPoster? {
        let endpoint = configuration.endpoint
        // Without "Expect" libcurl would ask for leave before a large document, and wait for it.
        let headers =
            ["Content-Type: application/json", "Expect:"] + configuration.headers.map { "\($0.name): \($0.value)" }
        return HTTPPoster(
            url: endpoint + (endpoint.hasSuffix("/") ? "" : "/") + "v1/traces",
            headers: headers,
            timeout: Self.timeout
        )
    }
}

/// Without a tracer nothing is recorded, and nothing costs anything.
extension Tracer? {
    /// The context for a request that came from outside; where it said nothing of a trace, one begins.
    public func context(below parent: TraceContext?) -> TraceContext {
        parent?.child() ?? TraceContext(isSampled: self?.samples() ?? false)
    }

    /// Begins a part of a span.
    ///
    /// - Returns: `nil` when it is not recorded.
    public func begin(_ name: @autoclosure () -> String, _ kind: Span.Kind, below parent: TraceContext) -> Span? {
        guard self != nil, parent.isSampled else { return nil }
        return Span(name(), kind, context: parent.child(), parent: parent)
    }

    /// Ends a span and takes it.
    public func record(_ span: Span?) {
        if let self, let span { self.record(span) }
    }

    /// Runs `body` as part of a span of its own.
    public func within<R>(
        _ name: @autoclosure () -> String,
        _ kind: Span.Kind,
        below parent: TraceContext,
        _ body: () async throws -> R
    ) async throws -> R {
        guard var span = begin(name(), kind, below: parent) else { return try await body() }
        do {
            let result = try await CurrentSpan.within(span, body)
            record(span)
            return result
        } catch {
            span.failure = "\(type(of: error))"
            record(span)
            throw error
        }
    }
}
