/// Asks a service for everything that it holds on the user on whose behalf the call is made.
///
/// A service takes part in exports by listing the operation and naming itself in the `GATHERS_FROM` of auth.
public struct ExportPersonalData: ReservedOperation {
    public static let contract = Contract(
        "privacy.export",
        access: .services,
        callers: ["auth"],
        "Export what the service holds on a person"
    )
    public typealias Reply = PersonalData

    public init() {}
}

/// A service's records on a person.
public struct PersonalData: ContractObject, OperationReply, Equatable {
    /// The records by kind, such as `memberships`, each a list.
    public let records: [String: RawJSON]
    /// The kinds of which there are more records, or larger ones, than a list holds.
    public let truncated: [String]

    public init(records: [String: RawJSON], truncated: [String]) {
        self.records = records
        self.truncated = truncated
    }
}
