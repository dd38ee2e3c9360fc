import Contracts
import HTTPTypes
import Logging
import Mesh
import NIOCore
import ServiceKit
import Synchronization

/// What all connections of the gateway share.
final class Edge: Sendable {
    /// Bounds of one connection.
    struct Limits: Sendable {
        /// Between two requests; longer than nginx keeps its own side open.
        var idleTimeout: TimeAmount = .seconds(75)
        /// For how long an idle connection takes one more request when the gateway is about to end.
        var drainGrace: TimeAmount = .seconds(1)
        /// From a head's first byte to its last.
        var headTimeout: TimeAmount = .seconds(10)
        /// From the head to the body's last byte.
        var bodyTimeout: TimeAmount = .seconds(30)
        /// Without a byte taken by a client that is sent an answer.
        var writeTimeout: TimeAmount = .seconds(30)
        /// For a client to notice that it was answered.
        var lingerTimeout: TimeAmount = .seconds(2)
        /// How much of a refused body is read for the connection's sake.
        var discardedBytes = 1 << 18
        var headerBytes = 32 * 1024
        var headerFieldBytes = 16 * 1024
        var headerCount = 100
    }

    let limits: Limits
    let proxies: TrustedProxies
    let mesh: MeshClient
    let admission: AdmissionControl
    let realtime: RealtimeHub
    let logger: Logger
    let unreadable: Counter
    private let health: HealthReporter
    private let openAPI: OpenAPIDocument
    private let draining = Atomic<Bool>(false)
    private let unrouted: Histogram

    init(
        limits: Limits,
        proxies: TrustedProxies,
        mesh: MeshClient,
        admission: AdmissionControl,
        realtime: RealtimeHub,
        health: HealthReporter,
        metrics: Metrics,
        logger: Logger
    ) {
        self.limits = limits
        self.proxies = proxies
        self.mesh = mesh
        self.admission = admission
        self.realtime = realtime
        self.health = health
        self.logger = logger
        openAPI = OpenAPIDocument(routes: admission.routes)
        unreadable = metrics.counter("rovierr_gateway_unreadable_requests_total", "Requests that were no valid HTTP.")
        unrouted = metrics.histogram(
            "rovierr_gateway_request_duration_seconds",
            "Time from a request's head to its answer.",
            labels: [("operation", "")]
        )
    }

    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// Whether requests can be served: who signed in can be checked, and the way to services is known.
    ///
    /// One service that is away changes nothing about that.
    var isReady: Bool { !isDraining && admission.authenticator.hasKeys }

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
        case .openAPI: Response(status: 200, contentType: "application/json", body: openAPI.bytes())
        case .websocket: preconditionFailure("A live channel is no document")
        }
    }

    func record(_ exchange: Exchange, status: Int) {
        let time = NIODeadline.now() - exchange.start
        (exchange.endpoint?.requests ?? unrouted).record(.nanoseconds(time.nanoseconds))
        if status >= 500 { exchange.endpoint?.failures.add() }
    }
}
