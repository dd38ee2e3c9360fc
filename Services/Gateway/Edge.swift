import Contracts
import HTTPTypes
import Logging
import Mesh
import NIOCore
import ServiceKit
import Synchronization
import Telemetry

/// What all connections of the gateway share.
final class Edge: Sendable {
    /// Bounds of one connection.
    struct Limits: Sendable {
        /// Between two requests; longer than nginx keeps its own side open.
        var idleTimeout: TimeAmount = .seconds(75)
        /// For how long an idle connection takes one more request when the gateway is about to end.
        var drainGrace: TimeAmount = .seconds(1)
        /// For requests that still run then.
        var drainTimeout: Duration = .seconds(10)
        /// From a head's first byte to its last.
        var headTimeout: TimeAmount = .seconds(10)
        /// From the head to the body's last byte.
        var bodyTimeout: TimeAmount = .seconds(30)
        /// In which the kernel takes no byte of an answer, because the client reads none.
        var writeTimeout: TimeAmount = .seconds(30)
        /// For a client to notice that it was answered.
        var lingerTimeout: TimeAmount = .seconds(2)
        /// How much of a refused body is read for the connection's sake.
        var discardedBytes = 1 << 18
        var headerBytes = 32 * 1024
        var headerFieldBytes = 16 * 1024
        var headerCount = 100
        /// Bytes of bodies and unfinished live messages in memory, for all clients and for one source.
        var bodyMemory = 64 << 20
        var bodyMemoryPerSource = 16 << 20
        /// Bytes of answers not yet received by clients.
        var answerMemory = 64 << 20
        /// Live connections that have not authenticated, for all clients and for one source.
        var pendingLive = 4_096
        var pendingLivePerSource = 512
        /// Authenticated live connections of one person.
        var livePerPerson = 32
        /// All live connections; two thirds of `MAX_CONNECTIONS` at most, so that requests find room.
        var liveConnections = Int.max
        var live = RealtimeConnection.Limits()
    }

    let limits: Limits
    let bodies: FairBudget
    let pendingLive: FairBudget
    let admittedLive: FairBudget
    let proxies: TrustedProxies
    let mesh: MeshClient
    let admission: AdmissionControl
    let shedder: LoadShedder
    let realtime: RealtimeHub
    let logger: Logger
    private let unreadable: Counter
    private let surplus: Counter
    /// Connections that ended because nobody took the answer.
    let stalled: Counter
    private let health: HealthReporter
    private let openAPI: OpenAPIDocument
    private let draining = Atomic<Bool>(false)
    private let unrouted: RequestFigures
    private let calls: CallFigures
    let tracer: Tracer?

    init(
        limits: Limits,
        proxies: TrustedProxies,
        mesh: MeshClient,
        admission: AdmissionControl,
        shedder: LoadShedder,
        realtime: RealtimeHub,
        health: HealthReporter,
        metrics: Metrics,
        tracer: Tracer?,
        logger: Logger
    ) {
        self.limits = limits
        bodies = FairBudget(limit: limits.bodyMemory, limitPerSource: limits.bodyMemoryPerSource)
        pendingLive = FairBudget(limit: limits.pendingLive, limitPerSource: limits.pendingLivePerSource)
        admittedLive = FairBudget(limit: .max, limitPerSource: limits.livePerPerson)
        self.proxies = proxies
        self.mesh = mesh
        self.admission = admission
        self.shedder = shedder
        self.realtime = realtime
        self.health = health
        self.logger = logger
        openAPI = OpenAPIDocument(routes: admission.routes)
        unreadable = metrics.counter("rovierr_gateway_unreadable_requests_total", "Requests that were no valid HTTP.")
        surplus = metrics.counter(
            "rovierr_gateway_refused_connections_total",
            "Connections beyond MAX_CONNECTIONS, which were told so."
        )
        stalled = metrics.counter(
            "rovierr_gateway_stalled_connections_total",
            "Connections closed because the client took nothing of its answer for too long."
        )
        self.tracer = tracer
        calls = CallFigures(metrics, of: mesh.services)
        unrouted = RequestFigures(
            metrics,
            prefix: "rovierr_gateway_request",
            of: "an HTTP request, from its head on",
            operation: ""
        )
    }

    /// The number of live connections that may be waiting to authenticate: half of the free places, so that each of
    /// them finds one.
    var pendingLiveLimit: Int {
        let free = limits.liveConnections - admittedLive.taken
        return free > 0 ? min(limits.pendingLive, max(1, free / 2)) : 0
    }

    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// For how long a connection may be without a request.
    var idleTime: TimeAmount { isDraining ? limits.drainGrace : limits.idleTimeout }

    /// Whether requests can be served: who signed in can be checked, and the way to services is known.
    ///
    /// One service that is away changes nothing about that.
    var isReady: Bool { obstacle == nil }

    /// The reason for which requests can't be served, for the operator.
    var obstacle: String? {
        if isDraining { return "it is about to end" }
        return admission.authenticator.isReady ? nil : "auth's keys or revocations are not known yet"
    }

    func answer(_ route: PlatformRoute) async -> Response {
        switch route {
        case .live: Response(status: 200, contentType: "application/json", body: Array("{\"status\":\"live\"}".utf8))
        case .ready:
            isReady
                ? Response(status: 200, contentType: "application/json", body: Array("{\"status\":\"ready\"}".utf8))
                : Response(
                    status: 503,
                    contentType: "application/json",
                    headers: [("Retry-After", "1")],
                    body: Array("{\"status\":\"not ready\"}".utf8)
                )
        case .health: await health.response()
        case .openAPI: openAPI.response()
        case .docs(let reference): reference.response
        case .websocket: preconditionFailure("A live channel is no document")
        }
    }

    /// Counts an answer to what was never read as a request.
    func refusedUnread(_ error: ServiceError) {
        (error.code == .serviceUnavailable ? surplus : unreadable).add()
    }

    /// Notes what a call over the mesh came to.
    func recordHop(of exchange: Exchange, _ result: Result<MeshReply, MeshError>) {
        guard let hop = exchange.hop, let endpoint = exchange.endpoint else { return }
        let reply = try? result.get()  // without one, that is what is noted
        let duration = .now - hop.began
        exchange.meshTime += duration
        exchange.handlerTime += reply?.handlerTime ?? .zero
        calls.record(endpoint.service, duration, status: reply?.status)
        guard tracer != nil, hop.trace.isSampled else { return }
        var span = Span(endpoint.operation, .client, context: hop.trace, parent: exchange.trace, began: hop.began)
        span.attributes = [("rpc.system.name", .text("rovierr-mesh")), ("server.address", .text(endpoint.service))]
        if case .failure(let error) = result { span.failure = "\(error)" }
        tracer.record(span)
    }

    func record(_ exchange: Exchange, status: Int) {
        let time = NIODeadline.now() - exchange.start
        (exchange.endpoint?.figures ?? unrouted).record(.nanoseconds(time.nanoseconds), status: status)
        guard tracer != nil, exchange.trace.isSampled, !exchange.isAnonymous else { return }
        tracer.record(exchange.span(status: status))
    }
}
