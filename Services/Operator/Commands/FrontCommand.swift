import ArgumentParser
import Contracts
import Foundation

/// Writes the front's configuration from the services' descriptions.
struct FrontCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "front",
        abstract: "Writes nginx's locations for large and anonymous requests, from what the running services describe."
    )
    @OptionGroup var instance: InstanceOptions
    @Option(help: "The file that it goes to.")
    var out = OperationLocations.file

    func run() async throws {
        let mesh = try OperatorMesh(instance.deployment())
        let text = OperationLocations.configuration(of: try await mesh.descriptions())
        await mesh.close()
        try Data(text.utf8).write(to: URL(filePath: out))
    }
}
