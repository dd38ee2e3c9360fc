import ArgumentParser
import Foundation

/// Events that a service could not take in.
struct Events: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks after events that a service could not take in.",
        discussion: """
            An event that fails by its own fault is tried several times and then waits for an operator or another release, and \
            with it those of the same aggregate. \
            Where no instance was started by rovierr dev up, the service's database is the one of POSTGRES_URL.
            """,
        subcommands: [List.self, Show.self, Redrive.self, Discard.self, Acknowledge.self, Skip.self]
    )
}

extension Events {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them, with what waits behind them.")
        @OptionGroup var consumer: ConsumerOptions
        func run() async throws { try await consumer.ask(["list"]) }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints one whole, as a CloudEvent in JSON.")
        @OptionGroup var consumer: ConsumerOptions
        @Argument(help: "The event's id.")
        var id: String
        func run() async throws { try await consumer.ask(["show", id]) }
    }

    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Retries them at once, when the cause is gone.")
        @OptionGroup var consumer: ConsumerOptions
        @Argument(help: "The event's id.")
        var id: String?
        @Flag(help: "All that wait for an operator.")
        var all = false

        func validate() throws {
            guard all != (id != nil) else { throw ValidationError("Name one event, or --all") }
        }

        func run() async throws { try await consumer.ask(["redrive", id ?? "--all"]) }
    }

    struct Discard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes one for good; those behind it go on.")
        @OptionGroup var consumer: ConsumerOptions
        @Argument(help: "The event's id.")
        var id: String
        func run() async throws { try await consumer.ask(["discard", id]) }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the alarm about events that expired before the service read them."
        )
        @OptionGroup var consumer: ConsumerOptions
        @Argument(help: "The service that emitted them.")
        var producer: String
        func run() async throws { try await consumer.ask(["acknowledge", producer]) }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Skips a type that only a release which was rolled back takes in.",
            discussion: """
                Removes for good the type's events that await a release, and the service's subscription to it. Use it \
                only when no replica of that release runs: one that takes in the type subscribes to it when it starts.
                """
        )
        @OptionGroup var consumer: ConsumerOptions
        @Argument(help: "The service that emitted them.")
        var producer: String
        @Argument(help: "The type, as in the list.")
        var type: String
        func run() async throws { try await consumer.ask(["skip", producer, type]) }
    }
}

/// Whose events.
struct ConsumerOptions: ParsableArguments {
    @OptionGroup var instance: InstanceOptions
    @Option(help: "The service that could not take them in.", transform: Service.named)
    var service: Service

    /// Has the service's own executable do it, which knows its tables.
    func ask(_ arguments: [String]) async throws {
        guard service.role != nil else { throw ValidationError("\(service.name) takes no events in") }
        let arguments = ["events"] + arguments
        let home = try instance.folder(toRun: arguments, of: service)
        let (status, output) = try await ChildProcess.run(
            [try program(of: service)] + arguments,
            environment: try environment(home)
        )
        print(output, terminator: "")
        guard status.isSuccess else { throw ExitCode.failure }
    }

    /// What the instance gives the daemon; without an instance, what we were given ourselves.
    private func environment(_ home: Home) throws -> [String: String]? {
        guard FileManager.default.fileExists(atPath: home.topologyFile) else { return nil }
        let topology = try Topology.load(home)
        guard let daemon = topology.replicas(of: service).first else { return nil }
        return try topology.environment(of: daemon, home, PostgresCluster(home, account: Account.unprivileged()))
    }
}
