import Foundation
import Mesh
import ServiceKit

/// A running system as the commands reach it, wherever it runs.
struct Deployment: Sendable {
    /// Keeps the demo university's accounts and ids.
    let home: Home
    let host: String
    let port: Int
    /// `MESH_KEYS` or `MESH_KEYS_FILE`, and `MESH_<SERVICE>`, as for daemons; `SERVICES` as for the gateway.
    private let variables: [String: String]

    var baseURL: String { "http://\(host):\(port)" }

    /// An instance on this machine.
    init(_ home: Home, _ topology: Topology) throws {
        self.home = home
        host = "127.0.0.1"
        port = topology.port
        var variables = ["MESH_KEYS_FILE": try home.keyring(of: MeshKeyrings.operator)]
        for service in Service.onMesh {
            variables[MeshConfiguration.variable(of: service.name)] = topology.requestAddresses(of: service)
        }
        self.variables = variables
    }

    /// A deployment that our own variables describe.
    ///
    /// - Parameters:
    ///   - home: Where the demo university's accounts are kept.
    ///   - url: Where HTTP is answered, such as `http://gateway:8080`.
    /// - Throws: `Failure` for another kind of URL.
    init(_ home: Home, url: String) throws {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host else {
            throw Failure("ROVIERR_URL is \"\(url)\", which is not a URL such as http://gateway:8080")
        }
        try makeFolder(home.secrets, mode: 0o700)
        self.home = home
        self.host = host
        port = parts.port ?? 80
        variables = Settings.processEnvironment()
    }

    /// How the mesh is reached, which not every command needs.
    ///
    /// - Throws: `SettingsError` for what is missing.
    func mesh() throws -> MeshConfiguration {
        let settings = Settings(environment: variables)
        let mesh = MeshConfiguration(
            settings,
            service: MeshKeyrings.operator,
            version: buildVersion,
            peers: settings.list(
                "SERVICES",
                default: Service.onMesh.map(\.name).joined(separator: ","),
                "names of services separated by commas: those that can be asked"
            ),
            producers: [],
            serves: false
        )
        try settings.finish()
        return mesh
    }

    func client(_ accessToken: String? = nil) -> APIClient {
        APIClient(host: host, port: port, accessToken: accessToken)
    }

    func signedIn(_ account: DemoAccount) async throws -> APIClient {
        try await APIClient.signedIn(account, host: host, port: port)
    }
}
