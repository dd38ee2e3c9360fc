import Contracts
import Foundation
import Postgres
import TestKit
import Testing

@testable import Operator

/// A whole system of the debug build for all tests of this target.
///
/// It is a private instance on free ports in a folder of its own. It stops, and the folder goes, when the process of the tests
/// ends in whichever way, because that closes the pipe which is its standard input. With `ROVIERR_TEST_KEEP` set, the folder
/// stays; with `ROVIERR_TEST_PGBOUNCER` set, PgBouncer in transaction mode stands before PostgreSQL.
struct TestSystem: Sendable {
    let home: Home
    let topology: Topology
    let university: String
    let society: String
    let form: String
    let platformAdmin: DemoAccount
    let president: DemoAccount
    let student: DemoAccount
    let supervisor: ChildProcess
    private let variables: [String: String]
    private let replicas: Int
    private let overrides: [String]

    /// Started with the first use; a task of its own, since no test that waits for it owns it.
    private static let started = Task { try await TestSystem() }
    private static let doubled = Task { try await TestSystem(replicas: 2) }

    static func shared() async throws -> TestSystem { try await started.value }

    /// Another one, with two replicas of every service.
    static func replicated() async throws -> TestSystem { try await doubled.value }

    /// Starts a system with the demo university.
    ///
    /// - Parameters:
    ///   - variables: What its daemons are started with beside our own environment.
    ///   - replicas: How many of each service.
    ///   - overrides: Variables of single services, such as `auth.LOG_LEVEL=debug`.
    /// - Throws: `Failure` with what it printed, when it does not start.
    init(_ variables: [String: String] = [:], replicas: Int = 1, overrides: [String] = []) async throws {
        let folder = "\(FileManager.default.temporaryDirectory.path)/rovierr-e2e-\(UUID().uuidString.prefix(8))"
        try await self.init(Home(folder), port: 0, variables, replicas: replicas, overrides: overrides)
    }

    /// Starts a system in a folder that may have the data of an earlier one.
    private init(
        _ home: Home,
        port: Int,
        _ variables: [String: String],
        replicas: Int,
        overrides: [String]
    ) async throws {
        self.home = home
        self.variables = variables
        self.replicas = replicas
        self.overrides = overrides
        try home.prepare()
        unlinkFile(home.demoFile)  // it is written again once everything is healthy
        let output = home.logFile(of: "supervisor")
        var ends: [CInt] = [0, 0]
        guard unsafe pipe(&ends) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0 else { throw Failure("No pipe") }
        let environment = ProcessInfo.processInfo.environment.merging(variables) { _, given in given }
        let options =
            (environment["ROVIERR_TEST_KEEP"] == nil ? ["--ephemeral"] : [])
            + (environment["ROVIERR_TEST_PGBOUNCER"] == nil ? [] : ["--pgbouncer"])
            + overrides.flatMap { ["--set", $0] }
        let supervisor = try ChildProcess(
            [Self.rovierr, "dev", "up", "--home", home.folder, "--port", String(port), "--seed", "--attached"]
                + ["--replicas", Service.allCases.map { "\($0.name)=\(replicas)" }.joined(separator: ",")] + options,
            environment: environment,
            input: ends[0],
            output: output
        )
        close(ends[0])
        self.supervisor = supervisor
        let demo = try await until(.seconds(120)) {
            if let status = supervisor.status {
                throw Failure("The system did not start, \(status):\n\(readText(output) ?? "")")
            }
            return try readText(home.demoFile).map { try JSONParser.parse(Array($0.utf8)) }
        }
        topology = try Topology.load(home)
        university = try (demo["university"] ?? .null).text("id")
        society = try (demo["society"] ?? .null).text("id")
        form = try (demo["form"] ?? .null).text("id")
        func account(_ name: String) throws -> DemoAccount {
            let account = demo["accounts"]?[name] ?? .null
            return try DemoAccount(email: account.text("email"), password: account.text("password"))
        }
        platformAdmin = try account("platformAdmin")
        president = try account("president")
        student = try account("student")
    }

    /// The folder of the programs that were built together with the tests.
    static let programs = URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path
    private static let rovierr = programs + "/rovierr"

    var port: Int { topology.port }
    var http: HTTPClient { HTTPClient(port: port) }
    var anonymous: APIClient { APIClient(port: port) }

    func signIn(_ account: DemoAccount) async throws -> APIClient { try await APIClient.signedIn(account, port: port) }

    /// Stops a system that is not the shared one.
    func end() { supervisor.signal(SIGTERM) }

    /// Kills the supervisor and nothing else.
    func killSupervisor() async {
        supervisor.signal(SIGKILL)
        _ = await supervisor.waitForEnd()
    }

    /// Kills all processes at once, as a power loss does.
    func losePower() async throws {
        supervisor.signal(SIGSTOP)  // it would restart what ends before it
        // None may see another end; what one of them has started meanwhile is found the second time.
        for _ in 1...2 { for process in Processes.all(of: home) { process.signal(SIGSTOP) } }
        let processes = Processes.all(of: home)
        for process in processes { process.signal(SIGKILL) }
        await killSupervisor()
        guard await Processes.waitForEnd(of: processes, within: .seconds(10)) else {
            throw Failure("Not all processes ended")
        }
    }

    /// Starts a system whose supervisor was killed, in the same folder and at the same port.
    func startAgain() async throws -> TestSystem {
        try await TestSystem(home, port: port, variables, replicas: replicas, overrides: overrides)
    }

    /// Opens the database as the role of a service.
    func withDatabase<Value>(of role: String, _ body: (Database) async throws -> Value) async throws -> Value {
        let url = try PostgresCluster(home, account: nil).url(role: role, Secrets(folder: home.secrets))
        var configuration = PostgresConfiguration(url: url)
        configuration.idleTransactionTimeout = .seconds(60)  // what a test locks stays locked
        return try await TestKit.withDatabase(configuration, body)
    }

    // MARK: Daemons

    /// What a daemon tells Prometheus.
    func metrics(of daemon: Topology.Daemon) async throws -> String {
        String(decoding: try await HTTPClient(port: daemon.adminPort).send("GET", "/metrics").body, as: UTF8.self)
    }

    func pid(of daemon: String) -> pid_t? {
        ProcessIdentity(file: home.pidFile(of: daemon))?.pid
    }

    /// Kills a daemon as the kernel would, and waits for its end; the supervisor starts it again.
    func crash(_ daemon: String) async throws {
        let file = home.pidFile(of: daemon)
        let process = try await until { ProcessIdentity(file: file) }
        process.signal(SIGKILL)
        try await until { process.isRunning ? nil : () }
    }

    /// Holds a daemon still, as a machine that pauses would.
    func pause(_ daemon: String, for time: Duration) async throws {
        try await pause(daemon) { await wait(time) }
    }

    func pause(_ daemon: String, during body: () async throws -> Void) async throws {
        let pid = try await until { () -> pid_t? in self.pid(of: daemon) }
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGCONT) }
        try await body()
    }

    func stop(_ daemon: String) async throws {
        let (status, output) = try await command(["dev", "stop", daemon])
        guard status.isSuccess else { throw Failure(output) }
    }

    func start(_ daemon: String) async throws {
        let (status, output) = try await command(["dev", "start", daemon])
        guard status.isSuccess else { throw Failure(output) }
    }

    func command(_ arguments: [String]) async throws -> (status: ProcessEnd, output: String) {
        try await ChildProcess.run([Self.rovierr] + arguments + ["--home", home.folder])
    }

    /// Waits until a daemon says by itself that it is ready.
    func waitUntilReady(_ daemon: String) async throws {
        guard let port = topology.daemons.first(where: { $0.name == daemon })?.adminPort else {
            throw Failure("There is no \(daemon)")
        }
        try await until {
            try? await HTTPClient(port: port).send("GET", "/health/ready").status == 200 ? true : nil
        }
    }

    func waitUntilHealthy(within time: Duration = .seconds(30)) async throws {
        try await until(time) { try? await http.send("GET", "/api/health").json["status"] == "healthy" ? true : nil }
    }
}
