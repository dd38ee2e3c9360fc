import AuthContracts
import Contracts
import ServiceKit

/// Puts the parts of all services together with the account's own; a service that does not answer in time is named.
struct ExportProfileHandler: OperationHandler {
    let database: ServiceDatabase
    let gatherer: Gatherer

    /// The time for the other services, less than the operation's own.
    private static let limit = Duration.seconds(12)

    func handle(_ request: ExportProfile, context: RequestContext) async throws -> ProfileExport {
        async let gathered = gatherer.gather(ExportPersonalData(), within: Self.limit, context)
        let own = try await database.personalData(personalDataLists, context)
        var services = await gathered.parts
        services["auth"] = own
        return ProfileExport(services: services, missing: await gathered.missing)
    }
}
