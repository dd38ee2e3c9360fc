import Foundation
import Mesh
import ServiceKit

extension Topology {
    /// The variables that a daemon is started with: our own, so that `LOG_LEVEL=debug make run` does what it says, and
    /// over them what the instance decides.
    func environment(
        of daemon: Daemon,
        _ home: Home,
        _ cluster: PostgresCluster,
        _ pooler: Pooler? = nil
    ) throws -> [String: String] {
        let secrets = Secrets(folder: home.secrets)
        var variables = [
            "MESH_KEYS_FILE": try home.keyring(of: daemon.service.name),
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
            if let pooler { variables.merge(try pooler.variables(role: role)) { _, pooled in pooled } }
        }
        if let port = daemon.httpPort { variables["HTTP_BIND"] = "127.0.0.1:\(port)" }
        if let path = httpSocket(of: daemon) { variables["HTTP_SOCKET"] = path }
        for (name, value) in try settings(of: daemon.service, secrets) { variables[name] = value }
        return ProcessInfo.processInfo.environment.merging(variables) { _, decided in decided }
    }

    /// The variables of one service, beside those that all have.
    private func settings(of service: Service, _ secrets: Secrets) throws -> [String: String] {
        switch service {
        case .auth: ["AUTH_KEY_ENCRYPTION_KEY": try secrets.value("auth-key-encryption"), "COOKIE_SECURE": "false"]
        case .forms: ["FORMS_PARTICIPANT_KEY": try secrets.value("forms-participant")]
        case .gateway:
            // One address calls here: whoever develops or tests.
            ["RATE_ADDRESS_AUTH": ProcessInfo.processInfo.environment["RATE_ADDRESS_AUTH"] ?? "6000/60"]
        case .notifier: ["REALTIME_TOKEN_KEY": try secrets.value("realtime-token")]
        default: [:]
        }
    }
}
