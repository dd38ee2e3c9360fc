import Foundation

/// nginx before the instance's gateways, with the same templates as everywhere else.
struct Nginx: Sendable {
    let home: Home
    let topology: Topology
    /// Whom the workers run as, and their group; `nil` as ourselves, who are no root.
    let user: String?
    /// What `nginx/render` reads, where that is not what our own environment says.
    private let settings: [String: String]
    private let program: String
    private let renderer: String

    init(_ home: Home, _ topology: Topology, user: String?, settings: [String: String] = [:]) throws {
        self.home = home
        self.topology = topology
        self.user = user
        self.settings = settings
        program = try findProgram("nginx", package: "nginx-light")
        renderer = try Self.findRenderer()
    }

    /// `nginx/render` of the checkout that this program was built in or is called from.
    private static func findRenderer() throws -> String {
        let starts = [ourProgram(), FileManager.default.currentDirectoryPath + "/."]
        for start in starts {
            var folder = start[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                let candidate = "\(folder)/nginx/render"
                if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            }
        }
        throw Failure("nginx/render is not found: call this from the folder of the sources")
    }

    /// Writes the configuration and lets nginx check it.
    func render() async throws {
        var variables = ProcessInfo.processInfo.environment  // NGINX_WORKERS and the like may be set by hand
        variables["LISTEN"] = "127.0.0.1:\(topology.port)"
        variables["GATEWAYS"] = topology.replicas(of: .gateway).compactMap(topology.httpSocket).map { "unix:\($0)" }
            .joined(separator: ",")
        // One address calls here: whoever develops, tests or measures.
        for name in ["REQUESTS_PER_SECOND", "REQUEST_BURST"] { variables[name] = variables[name] ?? "100000" }
        for name in ["CONNECTIONS_PER_ADDRESS"] { variables[name] = variables[name] ?? "4000" }
        variables.merge(settings) { _, own in own }
        let (status, output) = try await ChildProcess.run([renderer, home.nginx], environment: variables)
        guard status.isSuccess else { throw Failure("nginx/render failed, \(status):\n\(output)") }
    }

    func process(report: @escaping @Sendable (String) -> Void) -> SupervisedProcess {
        let directives = "daemon off;" + (user.map { " user \($0);" } ?? "")
        return SupervisedProcess(
            name: "nginx",
            command: [program, "-e", "stderr", "-c", home.nginx + "/nginx.conf", "-g", directives],
            environment: ["PATH": "/usr/bin:/bin"],
            logFile: home.logFile(of: "nginx"),
            pidFile: home.pidFile(of: "nginx"),
            stopSignal: .quit,  // graceful: no new connections, the present ones are served
            report: report
        )
    }
}
