import Foundation
import Mesh

/// The services of the product, in the order in which one needs another.
enum Service: String, CaseIterable, Codable, Sendable {
    case auth
    case academic
    case idParser = "id-parser"
    case forms
    case societies
    case notifier
    case gateway

    var name: String { rawValue }
    /// Its schema and its role in the database; `nil` for one without.
    var role: String? { self == .gateway ? nil : name.replacingOccurrences(of: "-", with: "_") }

    static var onMesh: [Service] { allCases.filter { $0 != .gateway } }
    static var withDatabase: [Service] { allCases.filter { $0.role != nil } }
}

/// Which daemons an instance has and where each is found.
struct Topology: Codable, Sendable {
    /// One replica of a service.
    struct Daemon: Codable, Sendable {
        let service: Service
        /// From 1.
        let replica: Int
        /// Answers `/health/ready` and `/metrics`.
        let adminPort: Int
        /// The port on which a gateway takes HTTP beside its socket; `nil` for other daemons.
        let httpPort: Int?

        /// `forms`, and `forms-2` for its second replica.
        var name: String { replica == 1 ? service.name : "\(service.name)-\(replica)" }
    }

    /// nginx's port on 127.0.0.1.
    let port: Int
    let sockets: String
    let daemons: [Daemon]

    var baseURL: String { "http://127.0.0.1:\(port)" }

    init(home: Home, port: Int, replicas: [Service: Int]) throws {
        var ports = Ports(from: home.firstPort, reserving: port)
        self.port = port > 0 ? port : try ports.free()
        sockets = home.sockets
        daemons = try Service.allCases.flatMap { service in
            try (1...max(1, replicas[service] ?? 1)).map { replica in
                Daemon(
                    service: service,
                    replica: replica,
                    adminPort: try ports.free(),
                    httpPort: service == .gateway ? try ports.free() : nil
                )
            }
        }
    }

    /// What the last start wrote down.
    static func load(_ home: Home) throws -> Topology {
        guard let data = FileManager.default.contents(atPath: home.topologyFile) else {
            throw Failure("Nothing was ever started in \(home.folder): make run, or rovierr dev up --home …")
        }
        do { return try JSONDecoder().decode(Topology.self, from: data) } catch {
            throw Failure("\(home.topologyFile) is of another version; start the instance anew")
        }
    }

    func save(_ home: Home) throws {
        try write(Array(JSONEncoder().encode(self)), to: home.topologyFile)
    }

    func replicas(of service: Service) -> [Daemon] { daemons.filter { $0.service == service } }

    func requestAddress(of daemon: Daemon) -> String { "ipc://\(sockets)/mesh/\(daemon.name).req" }
    func eventAddress(of daemon: Daemon) -> String { "ipc://\(sockets)/mesh/\(daemon.name).evt" }

    /// The Unix socket on which nginx calls a gateway; `nil` for other daemons.
    func httpSocket(of daemon: Daemon) -> String? {
        daemon.service == .gateway ? "\(sockets)/http/\(daemon.name).sock" : nil
    }

    /// All replicas' addresses, as a `MESH_<PEER>` variable lists them.
    func requestAddresses(of service: Service) -> String {
        replicas(of: service).map(requestAddress).joined(separator: ",")
    }

    func eventAddresses(of service: Service) -> String {
        replicas(of: service).map(eventAddress).joined(separator: ",")
    }
}
