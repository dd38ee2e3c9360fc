import Glibc
public import Logging

/// The version that this build announces; every daemon of a build has the same.
public let buildVersion = "0.1.0"

/// What a daemon's executable can be asked to do.
public enum DaemonCommand: Equatable, Sendable {
    case run
    /// Brings the schema up to date and ends.
    case migrate
    /// Undoes the migrations above a version and ends.
    case rollback(to: Int)
}

/// Does what the command line asks for and turns failures into one line and an exit code that supervisors know.
///
/// - Parameters:
///   - service: The daemon's name, for messages.
///   - word: The first argument; none runs the daemon.
///   - arguments: What follows it.
///   - body: Carries it out.
public func runCommand(
    _ service: String,
    _ word: String?,
    arguments: [String] = Array(CommandLine.arguments.dropFirst(2)),
    _ body: (DaemonCommand) async throws -> Void
) async {
    do {
        switch word {
        case nil: try await body(.run)
        case "migrate": try await body(.migrate)
        case "rollback":
            guard let version = arguments.first.flatMap({ Int($0) }) ?? (arguments.isEmpty ? 0 : nil) else {
                return fail(service, "rollback takes the number of the last migration to keep", EX_USAGE)
            }
            try await body(.rollback(to: version))
        case "health":
            let settings = Settings()
            guard let address = DaemonSettings(settings).adminAddress else {
                return fail(service, "ADMIN_BIND is missing: health asks the daemon there", EX_CONFIG)
            }
            guard AdminServer.isWell("/health/ready", at: address) else { return fail(service, "not ready", 1) }
            print("ready")
        default:
            print("usage: \(service) [migrate | rollback [VERSION] | health]")
            guard word == "help" || word == "--help" else { exit(EX_USAGE) }
        }
    } catch let error as SettingsError {
        fail(service, error.description, EX_CONFIG)
    } catch is CancellationError {
    } catch {
        fail(service, "\(error)", EX_SOFTWARE)
    }
}

private func fail(_ service: String, _ reason: String, _ code: CInt) {
    JSONLogHandler.writeToStandardError(Array("\(service): \(reason)\n".utf8))
    exit(code)
}

extension Logger {
    /// A daemon's logger: JSON lines on standard error.
    public static func daemon(_ service: String, level: Level) -> Logger {
        let instance = "\(service)-\(getpid())"
        return Logger(label: service) { _ in JSONLogHandler(service: service, instance: instance, level: level) }
    }
}
