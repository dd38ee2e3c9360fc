import Logging
import Mesh
import NotifierContracts
import AuthContracts
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// The edge of the mesh: HTTP and WebSocket on one side, operations and events on the other.
///
/// It knows no domain word; routes come from what the running services describe.
@main
struct GatewayDaemon {
    static func main() async {
        await runCommand("gateway", variables: { _ = Variables($0) }) { command throws in
            // It has no tables: migrating and rolling back are done as soon as they are asked for.
            if command == .run { try await run() }
        }
    }

    /// All variables of the daemon.
    struct Variables {
        let common: DaemonSettings
        let own: GatewayConfiguration
        let mesh: MeshConfiguration

        init(_ settings: Settings) {
            common = DaemonSettings(settings)
            own = GatewayConfiguration(settings)
            mesh = MeshConfiguration(
                settings,
                service: "gateway",
                version: buildVersion,
                peers: own.services,
                producers: [SessionRevoked.producer, RealtimePublished.producer],
                serves: false
            )
        }
    }

    private static func run() async throws {
        let settings = Settings()
        let variables = Variables(settings)
        try settings.finish()
        let common = variables.common
        let logger = Logger.daemon("gateway", level: common.logLevel)
        logger.logClockSteps()
        let metrics = Metrics()
        var limits = Edge.Limits()
        limits.drainTimeout = common.drainTimeout
        let gateway = try GatewayServices(
            variables.own,
            mesh: variables.mesh,
            limits: limits,
            metrics: metrics,
            tracer: common.tracing.tracer(for: "gateway", logger: logger),
            logger: logger
        )
        var services = gateway.services
        if let address = common.adminAddress {
            let edge = gateway.edge
            // First, and so the last to end: until then it says that this gateway lives and takes nothing new.
            services.insert(
                AdminServer(address: address, metrics: metrics, obstacle: { edge.obstacle }, logger: logger),
                at: 0
            )
        }
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = common.endTimeout
        logger.info("Ready", metadata: ["version": "\(buildVersion)", "address": "\(variables.own.address)"])
        try await ServiceGroup(configuration: group).run()
        logger.info("Stopped")
    }
}
