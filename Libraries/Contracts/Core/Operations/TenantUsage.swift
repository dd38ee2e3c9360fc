/// Asks a service whether it still holds anything of a university, which prevents deleting the university.
public struct GetTenantUsage: ReservedOperation {
    public static let contract = Contract(
        "tenant.usage",
        access: .services,
        callers: ["academic"],
        "Check whether a university is in use"
    )
    public let universityId: UniversityID
    public typealias Reply = TenantUsage

    public init(universityId: UniversityID) {
        self.universityId = universityId
    }
}

/// Tells whether a service holds anything of a university.
public struct TenantUsage: ContractObject, OperationReply, Equatable {
    public let isUsed: Bool

    public init(isUsed: Bool) {
        self.isUsed = isUsed
    }
}
