import ArgumentParser

/// Brings schemas up to date.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the schemas of a running instance up to date.",
        discussion: "Each daemon does so by itself when it starts; this is for doing it beforehand."
    )
    @OptionGroup var instance: InstanceOptions
    @Argument(help: "One service; all without it.", transform: Service.named)
    var service: Service?

    func run() async throws {
        for service in service.map({ [$0] }) ?? Service.withDatabase {
            try await runDaemon(service, ["migrate"], instance)
        }
    }
}

/// Undoes migrations.
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Undoes a service's migrations above a version, and their data with them.",
        discussion: "ServiceKit's, numbered from 9001, are undone with a version from 9000 on, and stay otherwise."
    )
    @OptionGroup var instance: InstanceOptions
    @Argument(help: "The service, which should be stopped: rovierr dev stop NAME.", transform: Service.named)
    var service: Service
    @Option(help: "The number of the last migration that stays; 0 undoes all of the service's own.")
    var to: Int

    func run() async throws {
        try await runDaemon(service, ["rollback", String(to)], instance)
    }
}

/// Finds migrations that would break or stop the release before them.
struct LintMigrations: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds migrations that would break the release before them, or hold its tables for long.",
        discussion: "It reads the SQL files in the folder of the sources; make test does so as well."
    )
    @Argument(help: "The folder of the sources.")
    var folder = "."

    func run() throws {
        let findings = try MigrationSources.findings(below: folder)
        for finding in findings { print(finding) }
        guard findings.isEmpty else { throw ExitCode.failure }
    }
}

/// Runs a daemon's own subcommand with the environment that the instance gives it.
private func runDaemon(_ service: Service, _ arguments: [String], _ instance: InstanceOptions) async throws {
    let home = try instance.folder(toRun: arguments, of: service)
    let topology = try Topology.load(home)
    guard service.role != nil, let daemon = topology.replicas(of: service).first else {
        throw ValidationError("\(service.name) has no database")
    }
    let cluster = try PostgresCluster(home, account: Account.unprivileged())
    guard cluster.isReady else { throw Failure("PostgreSQL does not run: make run") }
    let environment = try topology.environment(of: daemon, home, cluster)
    let (status, output) = try await ChildProcess.run([try program(of: service)] + arguments, environment: environment)
    guard status.isSuccess else { throw Failure("\(service.name) \(arguments[0]) failed, \(status):\n\(output)") }
    print("\(service.name): \(arguments.joined(separator: " ")) done")
}
