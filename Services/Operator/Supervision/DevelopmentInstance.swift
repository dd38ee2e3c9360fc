import Contracts
import Foundation

/// A whole system on this machine: PostgreSQL, PgBouncer if it is wanted, all daemons and nginx, started, watched and stopped in order.
struct DevelopmentInstance: Sendable {
    let home: Home
    let topology: Topology
    private let cluster: PostgresCluster
    private let postgres: SupervisedProcess
    private let pooler: (configuration: Pooler, process: SupervisedProcess)?
    private let daemons: [(daemon: Topology.Daemon, process: SupervisedProcess)]
    private let nginx: Nginx
    private let front: SupervisedProcess
    private let startedAt = ContinuousClock.now

    /// Prepares an instance without starting anything.
    ///
    /// - Throws: `Failure` when a program is missing or the port is taken.
    init(
        _ home: Home,
        port: Int,
        replicas: [Service: Int],
        hasPooler: Bool = false,
        overrides: [VariableOverride] = []
    ) throws {
        let account = try Account.unprivileged()
        guard port == 0 || Ports.isFree(port) else {
            throw Failure("Port \(port) is taken by another program; another one: make run PORT=\(port + 1)")
        }
        self.home = home
        topology = try Topology(home: home, port: port, replicas: replicas)
        cluster = try PostgresCluster(home, account: account)
        let report: @Sendable (String) -> Void = { Console.standard.line($0) }
        postgres = cluster.process(report: report)
        let pooler = hasPooler ? try Pooler(home, cluster) : nil
        self.pooler = pooler.map { ($0, $0.process(report: report)) }
        let user = account.map { home.isOpen ? "\($0.name) \($0.group)" : "root" }
        try account?.allowGroup(into: home.httpSockets)
        // One variable that the gateway and nginx share, so that both let the same pages read what they answer.
        let origins = overrides.last { $0.service == .gateway && $0.name == "ALLOWED_ORIGINS" }
        nginx = try Nginx(home, topology, user: user, settings: origins.map { [$0.name: $0.value] } ?? [:])
        front = nginx.process(report: report)
        daemons = try topology.daemons.map { [home, topology, cluster] daemon in
            let program = try program(of: daemon.service)
            let own = overrides.filter { $0.service == daemon.service }.map { ($0.name, $0.value) }
            let environment = try topology.environment(of: daemon, home, cluster, pooler)
            let process = SupervisedProcess(
                name: daemon.name,
                command: [program],
                environment: environment.merging(own) { _, override in override },
                logFile: home.logFile(of: daemon.name),
                pidFile: home.pidFile(of: daemon.name),
                holdFile: home.holdFile(of: daemon.name),
                report: report
            )
            return (daemon, process)
        }
    }

    /// Starts everything, does `body` once it is healthy, and stops everything in order whatever happens.
    ///
    /// - Parameters:
    ///   - stop: Ends it early.
    ///   - body: What to do meanwhile.
    /// - Throws: `Failure` when something does not start, or what `body` throws.
    func run(until stop: StopRequest, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let result = await withDiscardingTaskGroup(returning: Result<Void, any Error>.self) { supervision in
            var result = Result<Void, any Error>.success(())
            do {
                try await stop.interrupting { if try await cluster.initialize() { say("made a PostgreSQL cluster") } }
                supervision.addTask { await postgres.supervise() }
                try await stop.interrupting { try await preparePostgres() }
                if let pooler {
                    try pooler.configuration.render()
                    supervision.addTask { await pooler.process.supervise() }
                    try await stop.interrupting {
                        try await waitFor("PgBouncer", pooler.process) { pooler.configuration.isReady }
                    }
                }
                try topology.save(home)
                for process in daemons.map(\.process) + [front] { supervision.addTask { await process.supervise() } }
                try await stop.interrupting {
                    try await waitUntilHealthy()
                    try await body()
                }
            } catch is StopRequest.Stopped {} catch { result = .failure(error) }
            await shutDown()
            return result
        }
        try result.get()
    }

    private func preparePostgres() async throws {
        // After a power loss it replays its write-ahead log first, up to a gigabyte.
        try await waitFor("PostgreSQL", postgres, within: .seconds(600)) { cluster.isReady }
        try await cluster.provision()
        try await nginx.render()
        for daemon in topology.daemons { unlinkFile(home.holdFile(of: daemon.name)) }
        say("PostgreSQL is ready")
    }

    private func waitUntilHealthy() async throws {
        for (daemon, process) in daemons {
            let client = HTTPClient(port: daemon.adminPort, timeout: .seconds(5))
            try await waitFor(daemon.name, process) { (try? await client.send("GET", "/health/ready"))?.status == 200 }
        }
        // The last word has the way that clients take.
        try await waitFor("nginx", front) { await health() == "healthy" }
        say(
            "all \(daemons.count) daemons and nginx are healthy after \((ContinuousClock.now - startedAt).milliseconds) ms"
        )
    }

    /// What the gateway says of the whole: `healthy`, `degraded`, `down`; `nil` when it says nothing.
    private func health() async -> String? {
        let client = HTTPClient(port: topology.port, timeout: .seconds(5))
        return (try? await client.send("GET", "/api/health"))?.json["status"]?.stringValue
    }

    private func waitFor(
        _ name: String,
        _ process: SupervisedProcess,
        within time: Duration = .seconds(60),
        _ isReady: @Sendable () async -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + time
        Console.standard.status("  starting \(name) …")
        while !(await isReady()) {
            if let end = process.lastEnd { throw Failure("\(name) does not start, \(end):\n\(process.lastLines())") }
            guard .now < deadline else {
                throw Failure("\(name) is not ready after \(time):\n\(process.lastLines())")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Console.standard.clearStatus()
    }

    private func say(_ text: String) { Console.standard.line("  \(text)") }

    /// Shows in one line how it goes, for as long as the task is not cancelled.
    func showStatus() async throws {
        while true {
            let health = await health() ?? "no answer"
            let processes = daemons.map(\.process)
            let memory = processes.compactMap(\.pid).map(Processes.memory).reduce(0, +)
            let servers = [front, postgres, pooler?.process].compactMap(\.self)
            let deaths = (processes + servers).map(\.deaths).reduce(0, +)
            let parts = [health, topology.baseURL, "\(processes.compactMap(\.pid).count) daemons"]
            let coarse = (parts + (deaths > 0 ? ["\(deaths) restarts"] : [])).joined(separator: " · ")
            Console.standard.status("\(coarse) · \(memory.megabytes) · Ctrl-C stops", coarse: coarse)
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// From the edge inwards, so that nobody loses whom it still needs.
    private func shutDown() async {
        Console.standard.clearStatus()
        Console.standard.line("Stopping")
        for process in daemons.map(\.process) { process.giveUp() }
        async let frontEnds: Void = front.stop(within: .seconds(5))
        for gateway in [true, false] {
            await withDiscardingTaskGroup { group in
                for (daemon, process) in daemons where (daemon.service == .gateway) == gateway {
                    group.addTask { await process.stop() }
                }
            }
        }
        await frontEnds
        await pooler?.process.stop()
        await postgres.stop()
        Console.standard.line("Stopped; the data stays in \(home.folder)")
    }
}
