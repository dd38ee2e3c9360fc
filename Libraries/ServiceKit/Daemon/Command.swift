import Contracts
import Glibc
public import Logging

/// The version that this build announces; every daemon of a build has the same.
public let buildVersion = "0.1.0"

/// A command of a daemon's executable.
public enum DaemonCommand: Equatable, Sendable {
    case run
    /// Brings the schema up to date and ends.
    case migrate
    /// Undoes the migrations above a version and ends.
    case rollback(to: Int)
    /// Looks after events that could not be taken in, and ends.
    case events(EventsCommand)
}

/// Does what the command line asks for and turns failures into one line and an exit code that supervisors know.
///
/// - Parameters:
///   - service: The daemon's name, for messages.
///   - calls: The services whose own operations it calls, for `config`.
///   - arguments: What follows the program's name; nothing runs the daemon.
///   - declare: Reads every variable of the daemon, for `config`.
///   - body: Carries out what is not the same for all daemons.
public func runCommand(
    _ service: String,
    calls: [String] = [],
    arguments: [String] = Array(CommandLine.arguments.dropFirst()),
    variables declare: (Settings) -> Void,
    _ body: (DaemonCommand) async throws -> Void
) async {
    if arguments.contains("help") || arguments.contains("--help") { return print(usage(of: service)) }
    do {
        switch (arguments.first, arguments.dropFirst().first) {
        case (nil, nil): try await body(.run)
        case ("migrate", nil): try await body(.migrate)
        case ("rollback", let version):
            guard let version = version.flatMap({ Int($0) }) else {
                return fail(service, "rollback takes the number of the last migration to keep, 0 for none", EX_USAGE)
            }
            try await body(.rollback(to: version))
        case ("events", _):
            guard let command = EventsCommand(Array(arguments.dropFirst())) else {
                return fail(service, "events takes \(EventsCommand.usage)", EX_USAGE)
            }
            try await body(.events(command))
        case ("health", nil): checkHealth(of: service)
        case ("config", nil):
            let settings = Settings(environment: [:])
            declare(settings)
            print(String(decoding: settings.reference(of: service, calling: calls).bytes, as: UTF8.self))
        case ("config", "check"):
            let settings = Settings()
            declare(settings)
            try settings.finish()
            print("\(service): the variables are right")
        default:
            JSONLogHandler.writeToStandardError(Array((usage(of: service) + "\n").utf8))
            exit(EX_USAGE)
        }
    } catch let error as SettingsError where arguments.first == "config" {
        for fault in error.faults { print("\(service): \(fault)") }
        exit(EX_CONFIG)
    } catch let error as SettingsError {
        fail(service, error.description, EX_CONFIG)
    } catch is CancellationError {
    } catch {
        fail(service, "\(error)", EX_SOFTWARE)
    }
}

private func usage(of service: String) -> String {
    """
    usage: \(service) [COMMAND]

    Without a command it runs until SIGTERM. It is configured by variables of its environment.

      migrate             bring the schema up to date
      rollback VERSION    undo the service's migrations above a version, and their data with them; 0 undoes all of
                          them. From 9000 on it undoes ServiceKit's, which stay otherwise
      events …            events that could not be taken in: \(EventsCommand.usage)
      health              ask the daemon that runs at ADMIN_BIND whether it is ready: exit code 0 or 1
      config              list all variables, and the services that it calls, as JSON
      config check        list every fault of the present variables: exit code 78 if there are any
    """
}

private func checkHealth(of service: String) {
    let settings = Settings()
    guard let address = DaemonSettings(settings).adminAddress else {
        return fail(service, "ADMIN_BIND is missing: health asks the daemon there", EX_CONFIG)
    }
    guard AdminServer.isWell("/health/ready", at: address) else { return fail(service, "not ready", 1) }
    print("\(service): ready")
}

private func fail(_ service: String, _ reason: String, _ code: CInt) {
    JSONLogHandler.writeToStandardError(Array("\(service): \(reason)\n".utf8))
    exit(code)
}

/// What tells this process from others of its service in logs: its id, or, in a container, where every daemon's is 1, the
/// container's host name.
public func instanceName(of service: String) -> String {
    guard getpid() == 1 else { return "\(service)-\(getpid())" }
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "\(service)-1" }
    return "\(service)-" + String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

extension Logger {
    /// A daemon's logger: JSON lines on standard error.
    public static func daemon(_ service: String, level: Level) -> Logger {
        let instance = instanceName(of: service)
        return Logger(label: service) { _ in JSONLogHandler(service: service, instance: instance, level: level) }
    }
}
