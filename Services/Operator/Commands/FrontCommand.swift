import ArgumentParser
import Contracts
import Foundation

/// Writes the front's configuration from the services' descriptions.
struct FrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "front",
        abstract: "Writes nginx's settings for large and anonymous requests, from what the running services describe."
    )
    @OptionGroup var instance: InstanceOptions
    @Option(help: "The folder of the sources, in which it writes them.")
    var out = "."

    func run() async throws {
        let mesh = try OperatorMesh(instance.deployment())
        let descriptions = try await mesh.descriptions()
        await mesh.close()
        for (file, text) in [
            (OperationLocations.file, OperationLocations.configuration(of: descriptions)),
            (OperationLocations.anonymousFile, OperationLocations.anonymousRequests(of: descriptions)),
        ] { try Data(text.utf8).write(to: URL(filePath: "\(out)/\(file)")) }
    }
}
