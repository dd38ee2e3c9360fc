import ArgumentParser
import Foundation

/// The variables that the command itself reads.
enum Environment {
    static var home: String? { ProcessInfo.processInfo.environment["ROVIERR_HOME"] }
    /// Where a deployment's HTTP is answered; without it, commands are about an instance on this machine.
    static var url: String? { ProcessInfo.processInfo.environment["ROVIERR_URL"] }
}

/// An instance for development.
struct Dev: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A whole system on this machine: PostgreSQL, all daemons, nginx.",
        subcommands: [Up.self, Down.self, Status.self, Logs.self, Stop.self, Start.self]
    )
}

extension Dev {
    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts everything and stays until Ctrl-C.",
            discussion: "Daemons that die are started again. Data, secrets and logs are kept in the instance's folder."
        )

        @OptionGroup var instance: InstanceOptions
        @Option(help: "nginx's port on 127.0.0.1; 0 takes a free one.")
        var port = 8080
        @Option(help: "More than one of a daemon, such as gateway=2,forms=2.")
        var replicas: Replicas?
        @Option(
            name: .customLong("set"),
            help:
                "A daemon's variable for this run, such as gateway.RATE_USER_READ=9000/60; may be given several times."
        )
        var overrides: [VariableOverride] = []
        @Flag(help: "Put PgBouncer in transaction mode between the daemons and PostgreSQL.")
        var pgbouncer = false
        @Flag(help: "Make the demo university, if it is not there.")
        var seed = false
        @Flag(help: "Make the demo university and go through the main job once.")
        var demo = false
        @Flag(help: "Stop when standard input ends, as it does with the program that started this.")
        var attached = false
        @Flag(help: "Remove the instance's folder at the end.")
        var ephemeral = false

        func run() async throws {
            let home = instance.folder
            try home.prepare()
            let lock = try SupervisorLock(home)
            defer { withExtendedLifetime(lock) {} }
            try await Leftovers.end(of: home)
            defer { if ephemeral { removeAll(of: home) } }
            let system = try DevelopmentInstance(
                home,
                port: port,
                replicas: replicas?.counts ?? [:],
                hasPooler: pgbouncer,
                overrides: overrides
            )
            Console.standard.line("Starting Rovierr in \(home.folder)")
            try await system.run(until: StopRequest(isAttached: attached)) { [seed, demo] in
                let deployment = try Deployment(home, system.topology)
                if seed || demo { try await DemoUniversity(deployment: deployment).seed() }
                if demo { try await MainJob(deployment: deployment).run() }
                try await system.showStatus()
            }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stops what runs.")
        @OptionGroup var instance: InstanceOptions

        func run() async throws {
            let home = instance.folder
            if let supervisor = SupervisorLock.holder(home).flatMap(ProcessIdentity.init(of:)) {
                supervisor.signal(SIGTERM)
                guard await Processes.waitForEnd(of: [supervisor], within: .seconds(60)) else {
                    throw Failure("The supervisor (\(supervisor.pid)) does not end; see \(home.logs)")
                }
                print("Stopped; the data stays in \(home.folder)")
            } else if try await Leftovers.end(of: home) {
                print("Stopped what a supervisor that died had left")
            } else {
                print("Nothing runs in \(home.folder)")
            }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says what runs, since when and how large it is.")
        @OptionGroup var instance: InstanceOptions

        func run() async throws {
            let home = instance.folder
            let topology = try Topology.load(home)
            guard SupervisorLock.holder(home) != nil else {
                let rest = Processes.all(of: home).count
                print(
                    rest == 0 ? "Nothing runs" : "The supervisor died and left \(rest) processes: make stop, make run"
                )
                throw ExitCode(3)
            }
            print(Table.row(["daemon", "pid", "state", "memory"]))
            var total = 0
            for daemon in topology.daemons {
                let process = ProcessIdentity(file: home.pidFile(of: daemon.name))
                let pid = process?.isRunning == true ? process?.pid : nil
                let client = HTTPClient(port: daemon.adminPort, timeout: .seconds(2))
                let isReady = pid != nil ? (try? await client.send("GET", "/health/ready"))?.status == 200 : false
                let memory = pid.map(Processes.memory) ?? 0
                total += memory
                let state = pid == nil ? "stopped" : isReady ? "ready" : "not ready"
                print(Table.row([daemon.name, pid.map(String.init) ?? "–", state, memory.megabytes]))
            }
            print("\(topology.baseURL) · \(total.megabytes) in all · \(home.folder)")
        }
    }

    struct Logs: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints logs: one JSON object a line.")
        @OptionGroup var instance: InstanceOptions
        @Argument(help: "Daemons such as forms or gateway-2, nginx or postgres; all without any.")
        var names: [String] = []
        @Flag(help: "Go on printing what is added.")
        var follow = false
        @Option(help: "How many lines of each to begin with.")
        var lines = 10

        func run() throws {
            let home = instance.folder
            _ = try Topology.load(home)  // which says how to start, where nothing ever was
            let present = ((try? FileManager.default.contentsOfDirectory(atPath: home.logs)) ?? [])
                .filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
            guard names.allSatisfy(present.contains), !present.isEmpty else {
                throw Failure("There are logs of: \(present.joined(separator: ", "))")
            }
            let files = (names.isEmpty ? present : names).map(home.logFile)
            try become(["/usr/bin/tail", "-n", String(lines)] + (follow ? ["-F"] : []) + files)
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stops one daemon and leaves it stopped.")
        @OptionGroup var instance: InstanceOptions
        @Argument(help: "Such as forms or gateway-2.")
        var name: String

        func run() async throws {
            let home = instance.folder
            guard try Topology.load(home).daemons.contains(where: { $0.name == name }) else {
                throw Failure("There is no daemon \(name): rovierr dev status lists them")
            }
            guard let daemon = ProcessIdentity(file: home.pidFile(of: name)), daemon.isRunning else {
                throw Failure("\(name) does not run")
            }
            try write([], to: home.holdFile(of: name))
            daemon.signal(SIGTERM)
            guard await Processes.waitForEnd(of: [daemon], within: .seconds(30)) else {
                throw Failure("\(name) does not end")
            }
        }
    }

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Starts a daemon that was stopped.")
        @OptionGroup var instance: InstanceOptions
        @Argument(help: "Such as forms or gateway-2.")
        var name: String

        func run() throws { unlinkFile(instance.folder.holdFile(of: name)) }
    }
}

/// Removes an instance's data for good.
private func removeAll(of home: Home) {
    for folder in [home.postgres, home.folder, home.sockets] {
        let path = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path  // the data may lie elsewhere
        try? FileManager.default.removeItem(atPath: path)  // what cannot be removed is left behind, nothing more
    }
}

/// How many of which daemon, read from `gateway=2,forms=2`.
struct Replicas: ExpressibleByArgument {
    let counts: [Service: Int]

    init?(argument: String) {
        var counts: [Service: Int] = [:]
        for part in argument.split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let service = Service(rawValue: String(pair[0])), let count = Int(pair[1]),
                1...16 ~= count
            else { return nil }
            counts[service] = count
        }
        self.counts = counts
    }
}

/// A daemon's variable for one run: `gateway.RATE_USER_READ=9000/60`.
struct VariableOverride: ExpressibleByArgument {
    let service: Service
    let name: String
    let value: String

    init?(argument: String) {
        let pair = argument.split(separator: "=", maxSplits: 1)
        guard pair.count == 2 else { return nil }
        let path = pair[0].split(separator: ".")
        guard path.count == 2, let service = Service(rawValue: String(path[0])) else { return nil }
        self.service = service
        name = String(path[1])
        value = String(pair[1])
    }
}

/// Becomes another program, so that Ctrl-C and exit codes are its own.
func become(_ command: [String]) throws {
    try unsafe withCStrings(command) { unsafe _ = execv(command[0], $0) }
    throw Failure("Cannot start \(command[0])")
}

/// Columns for people.
enum Table {
    static func row(_ cells: [String], widths: [Int] = [16, 9, 11]) -> String {
        cells.enumerated().map { index, cell in
            index < cells.count - 1
                ? cell.padding(toLength: max(cell.count, widths[index]), withPad: " ", startingAt: 0) : cell
        }.joined(separator: " ")
    }
}
