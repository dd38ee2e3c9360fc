import Contracts
import Mesh
import ServiceKit

/// Asks all services how they are, at most once a second however many want to know.
actor HealthReporter {
    private struct ServiceHealth: Sendable {
        let isWell: Bool
        let latency: Duration
        let replicas: Int
    }

    private let mesh: MeshClient
    private let routes: RouteTable
    private let required: Set<String>
    private let start = ContinuousClock.now
    private var latest: (response: Response, at: ContinuousClock.Instant)?
    private var asking: Task<Response, Never>?

    /// - Parameters:
    ///   - mesh: Reaches the services.
    ///   - routes: A service is well once its routes are known.
    ///   - required: Services without which nothing works: when one of them is away the whole counts as down.
    init(mesh: MeshClient, routes: RouteTable, required: Set<String>) {
        self.mesh = mesh
        self.routes = routes
        self.required = required
    }

    /// `200` when healthy or degraded, `503` when down.
    func response() async -> Response {
        if let latest, .now - latest.at < .seconds(1) { return latest.response }
        if let asking { return await asking.value }
        // A task of its own, so that one caller's going away does not take the answer from the others.
        let task = Task { await ask() }
        asking = task
        let response = await task.value
        latest = (response, .now)
        asking = nil
        return response
    }

    private func ask() async -> Response {
        let mesh = mesh
        let unknown = Set(routes.missing)
        let services = await withTaskGroup(of: (String, ServiceHealth).self) { group in
            for service in mesh.services {
                group.addTask { (service, await Self.ask(service, over: mesh, isKnown: !unknown.contains(service))) }
            }
            return await group.reduce(into: [String: ServiceHealth]()) { $0[$1.0] = $1.1 }
        }
        let away = services.filter { !$0.value.isWell }
        let status = away.isEmpty ? "healthy" : away.keys.contains(where: required.contains) ? "down" : "degraded"
        return Response(
            status: status == "down" ? 503 : 200,
            contentType: "application/json",
            headers: status == "down" ? [("Retry-After", "1")] : [],
            body: body(status, services)
        )
    }

    private static func ask(_ service: String, over mesh: MeshClient, isKnown: Bool) async -> ServiceHealth {
        let begin = ContinuousClock.now
        let request = MeshRequest(operation: "mesh.health", timeLeft: .seconds(1), repeatability: .read)
        let reply = try? await mesh.call(request, to: service)
        // One that does not know the question has answered, and that is all that can be said of it.
        let isWell = reply.map { $0.failure == nil || $0.status == 404 } ?? false
        return ServiceHealth(
            isWell: isKnown && isWell,
            latency: .now - begin,
            replicas: mesh.endpoints(of: service).count(where: \.isReady)
        )
    }

    private func body(_ status: String, _ services: [String: ServiceHealth]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("status")
        writer.string(status)
        writer.name("version")
        writer.string(buildVersion)
        writer.name("uptime")
        writer.integer((.now - start).components.seconds)
        writer.name("services")
        writer.beginObject()
        for (name, service) in services.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.beginObject()
            writer.name("status")
            writer.string(service.isWell ? "healthy" : "down")
            writer.name("latencyMs")
            service.isWell ? writer.double((service.latency / .microseconds(1)).rounded() / 1_000) : writer.null()
            writer.name("replicas")
            writer.integer(service.replicas)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
