import ArgumentParser
import Contracts
import Foundation

/// What services rely on among themselves.
struct InternalContractsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contracts",
        abstract: "Writes what the running services send each other, operations and events, as released."
    )
    @OptionGroup var instance: InstanceOptions
    @Option(help: "The file that it goes to; services that rely on what it says now must not break.")
    var out = InternalContracts.file
    @Flag(help: "Accept what breaks services of the last release, which then cannot run beside new ones.")
    var acceptBreaks = false

    func run() async throws {
        let mesh = try OperatorMesh(instance.deployment())
        let document = try await mesh.internalContracts()
        await mesh.close()
        if !acceptBreaks { try await APIDocument.refuseBreaks(of: out, by: document) }
        try Data(PrettyJSON.text(document).utf8).write(to: URL(filePath: out))
    }
}
