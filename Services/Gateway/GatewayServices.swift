import AuthContracts
import Logging
import Mesh
import NotifierContracts
import ServiceKit
import ServiceLifecycle

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
        metrics: Metrics,
        logger: Logger
    ) throws {
        let mesh = try MeshClient(configuration: meshConfiguration, logger: logger)
        metrics.observe(mesh)
        let routes = RouteTable(services: mesh.services, metrics: metrics, logger: logger)
        let authenticator = Authenticator(
            keys: KeySource(mesh: mesh, logger: logger),
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
        edge = Edge(
            limits: Edge.Limits(),
            proxies: configuration.proxies,
            mesh: mesh,
            admission: AdmissionControl(
                cors: CORSPolicy(origins: configuration.origins),
                routes: routes,
                authenticator: authenticator,
                limiter: RateLimiter(users: configuration.userBudgets, addresses: configuration.addressBudgets)
            ),
            realtime: hub,
            health: HealthReporter(mesh: mesh, routes: routes, required: configuration.requiredServices),
            metrics: metrics,
            logger: logger
        )
        server = try HTTPServer(edge: edge, configuration: configuration, metrics: metrics)
        services = [
            mesh, subscriber, KeyFollower(authenticator: authenticator), revocations,
            RouteFollower(mesh: mesh, routes: routes, logger: logger), server,
        ]
    }
}
