import AuthContracts
import Logging
import Mesh
import NIOCore
import NotifierContracts
import ServiceKit
import ServiceLifecycle
import Telemetry

/// The gateway put together.
struct GatewayServices {
    let edge: Edge
    let server: HTTPServer
    /// In the order in which one needs another; they end in reverse.
    let services: [any Service]

    /// Binds the address and starts to look for the services.
    init(
        _ configuration: GatewayConfiguration,
        mesh meshConfiguration: MeshConfiguration,
        limits: Edge.Limits = Edge.Limits(),
        metrics: Metrics,
        tracer: Tracer? = nil,
        logger: Logger
    ) throws {
        var limits = limits
        limits.liveConnections = min(limits.liveConnections, configuration.maximumConnections * 2 / 3)
        let mesh = try MeshClient(configuration: meshConfiguration, logger: logger)
        metrics.observe(mesh)
        let routes = RouteTable(services: mesh.services, metrics: metrics, logger: logger)
        let authenticator = Authenticator(
            keys: KeySource(mesh: mesh, logger: logger),
            apiKeys: APIKeySource(mesh: mesh),
            issuer: configuration.tokenIssuer,
            audience: configuration.tokenAudience,
            metrics: metrics
        )
        let hub = RealtimeHub(metrics: metrics)
        let revocations = RevocationFollower(mesh: mesh, authenticator: authenticator, logger: logger) { sessions in
            hub.end(Set(sessions))
        }
        let publications = PublicationFeed(mesh: mesh, hub: hub, logger: logger)
        let subscriber = try EventSubscriber(
            configuration: meshConfiguration,
            producers: [SessionRevoked.producer, RealtimePublished.producer],
            logger: logger
        ) { signal in
            switch signal {
            case .event(let event, from: RealtimePublished.producer): publications.receive(event)
            case .heartbeat(let heartbeat, from: RealtimePublished.producer): publications.receive(heartbeat)
            case .event(let event, _): revocations.receive(event)
            case .heartbeat: break  // revocations are asked for anyway
            }
        }
        let limiter = RateLimiter(
            budgets: configuration.budgets,
            shared: configuration.redis.map { SharedCounts($0, metrics: metrics, logger: logger) },
            metrics: metrics
        )
        edge = Edge(
            limits: limits,
            proxies: configuration.proxies,
            mesh: mesh,
            admission: AdmissionControl(
                cors: CORSPolicy(origins: configuration.origins),
                routes: routes,
                authenticator: authenticator,
                limiter: limiter
            ),
            shedder: LoadShedder(
                limit: configuration.maximumInFlight,
                operationLimit: configuration.operationConcurrency,
                now: Int64(NIODeadline.now().uptimeNanoseconds),
                metrics: metrics
            ),
            realtime: hub,
            health: HealthReporter(mesh: mesh, routes: routes, required: configuration.requiredServices),
            metrics: metrics,
            tracer: tracer,
            logger: logger
        )
        metrics.followProcess()
        metrics.follow(mesh)
        if let tracer { metrics.follow(tracer) }
        server = try HTTPServer(edge: edge, configuration: configuration, metrics: metrics)
        let exporter: [any Service] = tracer.map { [$0] } ?? []
        services =
            exporter + [
                mesh, subscriber, KeyFollower(authenticator: authenticator), revocations,
                RouteFollower(mesh: mesh, routes: routes, logger: logger), server,
            ]
    }
}
