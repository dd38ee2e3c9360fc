import ArgumentParser
import Foundation

/// What configures the daemons.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells and checks the variables that the daemons read.",
        subcommands: [List.self, Check.self]
    )
}

extension Config {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists every variable of every daemon.",
            discussion: "It asks the daemons' executables beside this one; none of them has to run."
        )
        @Flag(help: "As docs/configuration.md.")
        var markdown = false
        @Flag(help: "As .env.example.")
        var env = false
        @Option(
            help: "As deploy/docker/variables/NAME.env: what Compose passes on to one daemon.",
            transform: Service.named
        )
        var compose: Service?

        func run() async throws {
            let reference = try await VariableReference.gathered()
            if let compose { return print(reference.composeFile(of: compose)) }
            print(markdown ? reference.markdown : env ? reference.environmentFile : reference.table)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells every fault of the present variables; ends with code 78 if there are any."
        )
        @Option(help: "One daemon; all without it.", transform: Service.named)
        var service: Service?
        @Option(help: "A file of NAME=value lines, to be checked in place of the present environment.")
        var envFile: String?

        func run() async throws {
            let variables = try envFile.map(EnvironmentFile.variables)
            var isRight = true
            for service in service.map({ [$0] }) ?? Service.allCases {
                let command = [try program(of: service), "config", "check"]
                let (status, output) = try await ChildProcess.run(command, environment: variables)
                print(output, terminator: "")
                isRight = isRight && status.isSuccess
            }
            guard isRight else { throw ExitCode(EX_CONFIG) }
        }
    }
}

/// A file such as `.env.example`.
enum EnvironmentFile {
    /// The variables of a file: `NAME=value` lines, with or without quotes around the value, and comments after `#`.
    ///
    /// - Throws: `Failure` for a file that cannot be read and for a line that is neither.
    static func variables(_ path: String) throws -> [String: String] {
        guard let text = readText(path) else { throw Failure("Cannot read \(path)") }
        var variables: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw Failure("\(path), line \(number + 1) is no NAME=value") }
            variables[String(pair[0])] = unquoted(pair[1])
        }
        return variables
    }

    private static func unquoted(_ value: Substring) -> String {
        guard value.count > 1, let quote = value.first, "\"'".contains(quote), value.last == quote else {
            return String(value)
        }
        return String(value.dropFirst().dropLast())
    }
}
