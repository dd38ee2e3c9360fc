public import Contracts

/// Exports everything that all services hold on the caller.
public struct ExportProfile: ServiceOperation {
    public static let contract = Contract(
        "auth.profile.export",
        .get("/profile/export"),
        access: .user,
        "Export what all services hold on the caller",
        rate: .upload,
        priority: .low,
        concurrency: 4,
        timeout: .seconds(20),
        needsSession: true
    )
    public typealias Reply = ProfileExport
}

/// Everything that is held on a person, as far as the services could be asked.
public struct ProfileExport: ContractObject, OperationReply, Equatable {
    /// The parts by service.
    public let services: [String: PersonalData]
    /// The services that did not answer, whose parts are missing; ask again later.
    public let missing: [String]

    public init(services: [String: PersonalData], missing: [String]) {
        self.services = services
        self.missing = missing
    }
}
