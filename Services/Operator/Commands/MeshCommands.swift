import ArgumentParser
import Contracts
import Foundation
import Logging
import Mesh
import ServiceKit

/// The mesh of a running instance, as this command speaks it.
struct OperatorMesh: Sendable {
    private let client: MeshClient

    init(_ deployment: Deployment) throws {
        client = try MeshClient(configuration: deployment.mesh(), logger: .quiet)
    }

    var services: [String] { client.services }

    /// The one that is named, or all.
    func services(_ name: String?) throws -> [String] {
        guard let name else { return services }
        guard services.contains(name) else {
            throw ValidationError("\(name) is none of: \(services.joined(separator: ", "))")
        }
        return [name]
    }

    /// Where the service's replicas are; names are resolved in the background, so the first answer may take a moment.
    func replicas(of service: String) async -> [MeshEndpoint] {
        let deadline = ContinuousClock.now + .seconds(3)
        while client.endpoints(of: service).isEmpty, .now < deadline { await wait(.milliseconds(20)) }
        return client.endpoints(of: service)
    }

    func call(_ request: MeshRequest, _ service: String) async throws -> MeshReply {
        do { return try await client.call(request, to: service) } catch let error as MeshError {
            throw Failure("\(service): \(error)")
        }
    }

    func call(_ request: MeshRequest, _ service: String, at address: String) async throws -> MeshReply {
        try await client.call(request, to: service, at: address)
    }

    /// Calls an operation as a service does.
    ///
    /// - Throws: `Failure` with the service's own words when it refuses.
    func call(_ operation: String, _ fields: JSONValue) async throws -> JSONValue {
        let request = MeshRequest(
            operation: operation,
            timeLeft: .seconds(10),
            contentType: "application/json",
            body: fields.bytes
        )
        let reply = try await call(request, String(operation.prefix { $0 != "." }))
        if let failure = reply.failure { throw Failure("\(operation): \(failure.code) \(failure.message)") }
        return try JSONParser.parse(reply.body)
    }

    /// Asks one replica what the mesh itself answers.
    func ask(_ operation: String, _ service: String, at address: String) async throws -> JSONValue {
        let reply = try await call(MeshRequest(operation: operation, timeLeft: .seconds(2)), service, at: address)
        return try JSONParser.parse(reply.body)
    }

    func description(of service: String) async throws -> ServiceDescription {
        let reply = try await call(MeshRequest(operation: "mesh.describe", timeLeft: .seconds(5)), service)
        return try ServiceDescription(jsonBytes: reply.body)
    }

    /// Fetches the descriptions of all services.
    func descriptions() async throws -> [ServiceDescription] {
        var descriptions: [ServiceDescription] = []
        for service in services { descriptions.append(try await description(of: service)) }
        return descriptions
    }

    /// Collects the contracts between services that bypass the gateway.
    func internalContracts() async throws -> JSONValue { InternalContracts.document(of: try await descriptions()) }

    func close() async { await client.close(drainingFor: .zero) }
}

/// Calls one operation, past the gateway.
struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Calls an operation straight over the mesh.",
        discussion: """
            All fields stand in one JSON object. Without --user the caller is the operator; with it, that user, whom the \
            operator's own key states:
              rovierr call academic.universities.list
              rovierr call academic.departments.create '{"universityId": "…", "name": "Physics", "code": "PHYS"}' \\
                --user 0198… --role platform-admin
            """
    )

    @OptionGroup var instance: InstanceOptions
    @Argument(help: "Such as forms.forms.get; rovierr describe lists them.")
    var operation: String
    @Argument(help: "The operation's fields.")
    var fields = "{}"
    @Option(help: "The id of the user on whose behalf it is called.")
    var user: String?
    @Option(help: "The user's university.")
    var tenant: String?
    @Option(help: "The user's role.")
    var role = "student"
    @Option(help: "A permission in place of those of the role; may be repeated.")
    var permission: [String] = []
    @Option(help: "Seconds to wait for the answer.")
    var timeout = 10

    func run() async throws {
        let service = String(operation.prefix { $0 != "." })
        let mesh = try OperatorMesh(instance.deployment())
        _ = try mesh.services(service)
        let body = Array(fields.utf8)
        guard case .object? = try? JSONParser.parse(body) else {
            throw ValidationError("The fields are no JSON object")
        }
        let principal = user.map {
            Principal(
                userID: $0,
                tenantID: tenant,
                sessionID: "",
                role: role,
                permissions: permission.isEmpty ? Role(rawValue: role)?.permissions.map(\.text) ?? [] : permission
            )
        }
        let reply = try await mesh.call(
            MeshRequest(
                operation: operation,
                timeLeft: .seconds(timeout),
                principal: principal,
                contentType: "application/json",
                body: body
            ),
            service
        )
        await mesh.close()
        if let failure = reply.failure {
            print("\(reply.status) \(failure.code): \(failure.message)")
            for detail in failure.details { print("  \(detail.field): \(detail.message)") }
            throw ExitCode.failure
        }
        let json = (try? JSONParser.parse(reply.body)) ?? .null
        print("\(reply.status)\n\(json == .null ? String(decoding: reply.body, as: UTF8.self) : json.indented())")
    }
}

/// Lists operations.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the operations that the running services describe."
    )
    @OptionGroup var instance: InstanceOptions
    @Argument(help: "One service; all without it.")
    var service: String?
    @Flag(help: "Print the whole description, schemas and all.")
    var json = false

    func run() async throws {
        let mesh = try OperatorMesh(instance.deployment())
        for service in try mesh.services(service) {
            let description = try await mesh.description(of: service)
            guard !json else {
                print(try JSONParser.parse(description.jsonBytes).indented())
                continue
            }
            print("\(description.service) \(description.version)")
            for operation in description.operations.sorted(by: {
                ($0.paths.first ?? "", $0.name) < ($1.paths.first ?? "", $1.name)
            }) {
                let route = operation.method.map { "\($0) \(operation.paths.first ?? "")" } ?? "services only"
                print(
                    Table.row(
                        ["  " + operation.name, route, operation.access, operation.summary],
                        widths: [38, 52, 18]
                    )
                )
            }
        }
        await mesh.close()
    }
}

/// Asks every replica.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pings every replica over the mesh; fails if one does not answer."
    )
    @OptionGroup var instance: InstanceOptions

    func run() async throws {
        let deployment = try instance.deployment()
        let mesh = try OperatorMesh(deployment)
        var isHealthy = true
        for service in mesh.services {
            let replicas = await mesh.replicas(of: service)
            if replicas.isEmpty { print(Table.row([service, "unknown", "its name stands for no address"])) }
            isHealthy = isHealthy && !replicas.isEmpty
            for replica in replicas {
                let answers = await ping(service, at: replica.address, mesh)
                isHealthy = isHealthy && answers
            }
        }
        let client = HTTPClient(host: deployment.host, port: deployment.port, timeout: .seconds(5))
        let gateway = try? await client.send("GET", "/api/health")
        let status = gateway?.json["status"]?.stringValue ?? "no answer"
        print(Table.row(["gateway", status, deployment.baseURL + "/api/health"]))
        await mesh.close()
        guard isHealthy, status == "healthy" else { throw ExitCode.failure }
    }

    private func ping(_ service: String, at address: String, _ mesh: OperatorMesh) async -> Bool {
        let start = ContinuousClock.now
        do {
            _ = try await mesh.call(
                MeshRequest(operation: "mesh.ping", timeLeft: .seconds(2)),
                service,
                at: address
            )
            let time = Int((ContinuousClock.now - start) / .microseconds(1))
            print(Table.row([service, "answers", "\(time) µs", address]))
            return true
        } catch {
            print(Table.row([service, "silent", "\(error)", address]))
            return false
        }
    }
}

/// Tells what every replica says of itself.
struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells of every replica what it is and has done: version, age, calls, failures, refusals.",
        discussion: "Counted since the replica started. Figures over time are in its /metrics."
    )
    @OptionGroup var instance: InstanceOptions
    @Argument(help: "One service; all without it.")
    var service: String?
    @Option(help: "One replica only, by its instance or its address.")
    var replica: String?
    @Flag(help: "Print what the replicas answer to mesh.info and mesh.stats, one JSON object each.")
    var json = false

    func run() async throws {
        let mesh = try OperatorMesh(instance.deployment())
        var hasFound = false
        var isSilent = false
        for service in try mesh.services(service) {
            for endpoint in await mesh.replicas(of: service) {
                do {
                    let info = try await mesh.ask("mesh.info", service, at: endpoint.address)
                    let isWanted =
                        replica.map { [info["instance"]?.stringValue, endpoint.address].contains($0) } ?? true
                    guard isWanted else { continue }
                    hasFound = true
                    let stats = try await mesh.ask("mesh.stats", service, at: endpoint.address)
                    let answers: JSONValue = ["address": .string(endpoint.address), "info": info, "stats": stats]
                    if json { print(answers.text) } else { Self.show(endpoint.address, info, stats) }
                } catch {
                    isSilent = true
                    print(Table.row([service, "silent", "\(error)", endpoint.address]))
                }
            }
        }
        await mesh.close()
        if !hasFound, !isSilent { throw Failure("No replica is \(replica ?? "there")") }
        if isSilent { throw ExitCode.failure }
    }

    private static func show(_ address: String, _ info: JSONValue, _ stats: JSONValue) {
        func text(_ value: JSONValue?) -> String { value?.stringValue ?? value?.text ?? "?" }
        let age = Int(Date().timeIntervalSince1970) - (info["startedAt"]?.intValue ?? 0)
        print("\(text(info["service"])) \(text(info["version"])), instance \(text(info["instance"])), \(address)")
        print(
            "  started \(age) s ago, \(text(stats["running"])) running, \(text(stats["heldBytes"])) bytes not pulled yet"
        )
        for operation in stats["operations"]?.arrayValue ?? [] {
            let requests = operation["requests"]?.intValue ?? 0
            let mean = (operation["microseconds"]?.intValue ?? 0) / max(1, requests)
            let cells = [
                "  " + text(operation["name"]), "\(requests) calls", "\(text(operation["failures"])) failed",
                "\(mean) µs",
            ]
            print(Table.row(cells, widths: [38, 14, 11]))
        }
        for (what, counts) in [("refused", stats["refusals"]), ("dropped", stats["dropped"])] {
            for count in counts?.objectValue?.members ?? [] {
                print(Table.row(["  \(what): \(count.name)", text(count.value)], widths: [38]))
            }
        }
    }
}

extension Service {
    static func named(_ name: String) throws -> Service {
        guard let service = Service(rawValue: name) else {
            throw ValidationError("\(name) is none of: \(allCases.map(\.name).joined(separator: ", "))")
        }
        return service
    }
}

extension JSONValue {
    /// The text with line breaks, for people.
    func indented(_ margin: String = "") -> String {
        let inner = margin + "  "
        switch self {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map {
                "\(inner)\(JSONValue.string($0.name).text): \($0.value.indented(inner))"
            }
            return "{\n\(members.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements) where !elements.isEmpty:
            return "[\n\(elements.map { inner + $0.indented(inner) }.joined(separator: ",\n"))\n\(margin)]"
        default: return text
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}
