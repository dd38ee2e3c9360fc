public import Mesh

/// One piece of work within a trace; it lasts from its making until it is recorded.
public struct Span: Sendable {
    /// As OTLP numbers them.
    public enum Kind: Int, Sendable {
        case `internal` = 1
        case server
        case client
        case producer
        case consumer
    }

    public enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
    }

    public let name: String
    public let kind: Kind
    public let context: TraceContext
    /// The span that it is a part of; `nil` at the root of a trace.
    public let parent: TraceContext?
    /// Spans of other traces that led to it, such as the one that an event was emitted in.
    public let links: [TraceContext]
    public var attributes: [(name: String, value: Value)] = []
    /// Why the work failed, in words that may be shown.
    public var failure: String?
    private let began: ContinuousClock.Instant
    private(set) var duration = Duration.zero
    /// When it began, in nanoseconds since 1970.
    private(set) var start: UInt64 = 0

    /// - Parameters:
    ///   - name: Of few values, such as an operation's.
    ///   - kind: Which side of what.
    ///   - context: The span's own.
    ///   - parent: Whose part it is.
    ///   - links: What else led to it.
    ///   - began: For work that was timed before.
    public init(
        _ name: String,
        _ kind: Kind,
        context: TraceContext,
        parent: TraceContext?,
        links: [TraceContext] = [],
        began: ContinuousClock.Instant = .now
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.links = links
        self.began = began
    }

    mutating func finish() {
        duration = .now - began
        start = WallClock.nanoseconds() - UInt64(max(0, duration / .nanoseconds(1)))
    }
}

/// The span that the present task works on.
public enum CurrentSpan {
    /// `nil` where nothing is recorded.
    @TaskLocal public static var context: TraceContext?

    /// Runs `body` as part of a span; without one, as it is.
    public static func within<R>(_ span: Span?, _ body: () async throws -> R) async rethrows -> R {
        guard let span else { return try await body() }
        return try await $context.withValue(span.context) { try await body() }
    }
}
