import Foundation
import Mesh
import ServiceKit

extension Topology {
    /// The variables that a daemon is started with, and nothing else of ours but the path.
    func environment(of daemon: Daemon, _ home: Home, _ cluster: PostgresCluster) throws -> [String: String] {
        let secrets = Secrets(folder: home.secrets)
        var variables = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "ROVIERR_HOME": home.folder,  // tells our processes from those of other instances
            "MESH_KEY": try secrets.value("mesh-key"),
            "MESH_BIND": requestAddress(of: daemon),
            "MESH_EVENTS_BIND": eventAddress(of: daemon),
            "ADMIN_BIND": "127.0.0.1:\(daemon.adminPort)",
        ]
        for peer in Service.onMesh {
            let name = MeshConfiguration.variable(of: peer.name)
            variables[name] = requestAddresses(of: peer)
            variables[name + "_EVENTS"] = eventAddresses(of: peer)
        }
        if let role = daemon.service.role {
            variables["POSTGRES_URL"] = try cluster.url(role: role, secrets)
            variables["POSTGRES_MIGRATION_URL"] = try cluster.url(role: "\(role)_owner", secrets)
        }
        if let port = daemon.httpPort { variables["HTTP_BIND"] = "127.0.0.1:\(port)" }
        return variables.merging(try settings(of: daemon.service, secrets)) { _, own in own }
    }

    /// What one service needs beside what all need.
    private func settings(of service: Service, _ secrets: Secrets) throws -> [String: String] {
        switch service {
        case .auth: ["AUTH_KEY_ENCRYPTION_KEY": try secrets.value("auth-key-encryption"), "COOKIE_SECURE": "false"]
        case .notifier: ["REALTIME_TOKEN_KEY": try secrets.value("realtime-token")]
        default: [:]
        }
    }
}
