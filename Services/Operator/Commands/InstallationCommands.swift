import ArgumentParser
import Foundation
import Postgres
import ServiceKit

extension MeshRoots.Step: ExpressibleByArgument {}

/// Makes the secrets of a deployment.
struct MakeSecrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Makes every secret of a deployment, a folder for each container that needs some.",
        discussion: """
            What is there already stays; what was removed is made again. Each service's keys for the mesh derive from one root, \
            which stays in the folder generator. To replace them all without a failed call, take three steps, and restart every \
            daemon after each: --mesh-keys introduce, --mesh-keys use, --mesh-keys finish.
            """
    )
    @Argument(help: "The folder to make them in.")
    var folder: String
    @Option(help: "The next step of replacing the mesh's keys: introduce, use or finish.")
    var meshKeys: MeshRoots.Step?
    @Option(
        name: .customLong("service"),
        help: "A service of your own and whom it calls, as in readability=forms,auth; may be repeated.",
        transform: MakeSecrets.other
    )
    var others: [OtherService] = []

    private static func other(_ argument: String) throws -> OtherService {
        guard let other = OtherService(argument: argument) else {
            throw ValidationError("\(argument) is not like readability=forms,auth, or its name is taken")
        }
        return other
    }

    func run() async throws {
        try DeploymentSecrets(folder: Home(folder).folder, others: others).make(meshKeys)
        print("The secrets are in \(folder)")
    }
}

/// Makes the database, the roles and the schemas.
struct Provision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the database, and each service's schema and roles.",
        discussion: """
            It works as the superuser of POSTGRES_URL and POSTGRES_PASSWORD, or of POSTGRES_PASSWORD_FILE. Doing it again \
            changes nothing but passwords.
            """
    )
    @Option(help: "The folder with a file for the password of each role: postgres-forms, postgres-forms_owner, …")
    var passwords: String
    @Option(help: "One service, where its database is a server of its own; all without it.", transform: Service.named)
    var service: Service?

    func run() async throws {
        let settings = Settings()
        let superuser = PostgresConfiguration(settings, service: "rovierr")
        try settings.finish()
        let services = service.map { [$0] } ?? Service.withDatabase
        let roles = try services.compactMap(\.role).map { role in
            try ServiceRole(
                name: role,
                ownerPassword: password("postgres-\(role)_owner"),
                password: password("postgres-\(role)")
            )
        }
        try await DatabaseProvisioner(superuser: superuser, logger: .quiet)
            .provision(database: PostgresCluster.database, services: roles)
        print("The database \(PostgresCluster.database) is there, with the roles of \(roles.count) services")
    }

    private func password(_ name: String) throws -> String {
        guard let text = readText("\(passwords)/\(name)") else { throw Failure("\(passwords)/\(name) is missing") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
