import Contracts
import Foundation

/// The variables of all daemons, as they declare them.
struct VariableReference {
    struct Variable: Hashable {
        let name: String
        let meaning: String
        /// Empty for one that may be left out; `nil` for one that must be there.
        let fallback: String?
        let isSecret: Bool
    }

    /// Variables that the same daemons read.
    struct Section {
        let title: String
        var variables: [Variable]
    }

    /// In the order in which their daemons declare them.
    let variables: [(service: Service, variables: [Variable])]

    /// Asks the executables beside ours.
    static func gathered() async throws -> VariableReference {
        var variables: [(Service, [Variable])] = []
        for service in Service.allCases {
            // No variables: what a daemon declares does not depend on them.
            let (status, output) = try await ChildProcess.run([try program(of: service), "config"], environment: [:])
            guard status.isSuccess else { throw Failure("\(service.name) config ended with \(status):\n\(output)") }
            let json = try JSONParser.parse(Array(output.utf8))
            variables.append((service, (json["variables"]?.arrayValue ?? []).map(Variable.init)))
        }
        return VariableReference(variables: variables)
    }

    /// What all daemons read, what all with a database read, and then what is left of each.
    var sections: [Section] {
        let common = shared(by: Service.allCases)
        let withDatabase = shared(by: Service.withDatabase).filter { !common.contains($0) }
        let shared = Set(common + withDatabase)
        return [
            Section(title: "Every daemon", variables: common),
            Section(title: "Every daemon but the gateway", variables: withDatabase),
        ]
            + variables.map { service, variables in
                Section(title: service.name, variables: variables.filter { !shared.contains($0) })
            }
            .filter { !$0.variables.isEmpty }
            .sorted { $0.title < $1.title }
    }

    private func shared(by services: [Service]) -> [Variable] {
        let lists = variables.filter { services.contains($0.service) }.map(\.variables)
        return (lists.first ?? []).filter { variable in lists.allSatisfy { $0.contains(variable) } }
    }

    // MARK: For people

    var table: String {
        sections.flatMap { section in
            ["", section.title]
                + section.variables.map { variable in
                    let meaning = variable.meaning + (variable.isSecret ? " (secret)" : "")
                    return Table.row(["  " + variable.name, variable.state, meaning], widths: [36, 24])
                }
        }.dropFirst().joined(separator: "\n")
    }

    var markdown: String {
        let head = """
            # Configuration

            Daemons are configured by variables of their environment; environments differ by nothing else. Each `NAME` may be given as
            `NAME_FILE`, the path of a file that holds the value, as secrets should be. A daemon that misses a variable, or cannot read one,
            tells all faults on one line and ends with code 78; `rovierr config check` tells them beforehand.

            This page is made from the code: `rovierr config list --markdown > docs/configuration.md`. `.env.example` is, too.
            """
        return sections.reduce(head) { text, section in
            let rows = section.variables.map { variable in
                let meaning = variable.meaning.replacingOccurrences(of: "|", with: "\\|")
                let note = variable.isSecret ? "; **secret**" : ""
                return "| `\(variable.name)` | \(variable.markdownState) | \(meaning)\(note) |"
            }
            return text + "\n\n## \(section.title)\n\n| variable | default | what it is |\n| --- | --- | --- |\n"
                + rows.joined(separator: "\n")
        }
    }

    var environmentFile: String {
        let head = """
            # Every variable of every daemon; what must be given stands without a # before it.
            # Made from the code: rovierr config list --env > .env.example
            # A secret is better given as NAME_FILE, the path of a file that holds it. What a daemon listens on
            # (MESH_BIND, ADMIN_BIND, …) and its POSTGRES_URL differ from daemon to daemon.
            """
        var seen: Set<String> = []
        return sections.reduce(head) { text, section in
            let variables = section.variables.filter { seen.insert($0.name).inserted }
            guard !variables.isEmpty else { return text }
            return text + "\n\n# \(section.title)\n"
                + variables.map { variable in
                    let assignment = "\(variable.fallback == nil ? "" : "#")\(variable.name)=\(variable.fallback ?? "")"
                    return "\n# \(variable.meaning)\(variable.isSecret ? " (secret)" : "")\n\(assignment)"
                }.joined(separator: "\n")
        }
    }
}

extension VariableReference {
    /// Lists names without values, which Compose fills in from its environment: optional variables that are not secret.
    func composeFile(of service: Service) -> String {
        let names = variables.filter { $0.service == service }.flatMap(\.variables)
            .filter { $0.fallback != nil && !$0.isSecret }.map(\.name)
        let head = """
            # Optional variables of \(service.name), passed on from .env; its secrets are files.
            # Made from the code: rovierr config list --compose \(service.name) > deploy/docker/variables/\(service.name).env

            """
        return head + names.joined(separator: "\n")
    }
}

extension VariableReference.Variable {
    init(_ json: JSONValue) {
        name = json["name"]?.stringValue ?? ""
        meaning = json["meaning"]?.stringValue ?? ""
        fallback = json["default"]?.stringValue
        isSecret = json["isSecret"] == .bool(true)
    }

    fileprivate var state: String {
        switch fallback {
        case nil: "required"
        case "": "optional"
        case let value?: value
        }
    }

    fileprivate var markdownState: String { fallback.map { $0.isEmpty ? "–" : "`\($0)`" } ?? "**required**" }
}
