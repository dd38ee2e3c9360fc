import ArgumentParser

/// The operator's command.
@main
struct Rovierr: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rovierr",
        abstract: "Runs Rovierr on this machine, and looks into what runs.",
        discussion: """
            A first start, from the folder of the sources: make run. Each command has its own --help.
            """,
        subcommands: [
            Dev.self, SeedUniversity.self, Demo.self, Call.self, Describe.self, Clients.self,
            InternalContractsCommand.self, FrontCommand.self, Health.self, Stats.self, Migrate.self, Rollback.self,
            LintMigrations.self, Events.self,
            Config.self, MakeSecrets.self, Provision.self,
        ]
    )
}

/// Which instance a command is about.
struct InstanceOptions: ParsableArguments {
    @Option(help: "The folder of the instance; $ROVIERR_HOME, or .rovierr here, without it.")
    var home: String?

    var folder: Home { Home(home ?? Environment.home ?? ".rovierr") }

    /// The folder, for what a daemon's own executable does with the variables that the instance gives it.
    ///
    /// - Throws: `Failure` with `ROVIERR_URL`: then the daemons are elsewhere, each with variables of its own.
    func folder(toRun arguments: [String], of service: Service) throws -> Home {
        guard Environment.url == nil else {
            let command = ([service.name] + arguments).joined(separator: " ")
            throw Failure("ROVIERR_URL is set, so \(service.name) runs elsewhere; in its own container: \(command)")
        }
        return folder
    }

    /// The system that `ROVIERR_URL` and the `MESH_` variables name, or else the instance in the folder.
    func deployment() throws -> Deployment {
        try Environment.url.map { try Deployment(folder, url: $0) } ?? Deployment(folder, Topology.load(folder))
    }
}
