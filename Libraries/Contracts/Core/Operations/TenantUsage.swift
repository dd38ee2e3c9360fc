/// Asks a service whether it still holds anything of a university, which prevents deleting the university.
public struct GetTenantUsage<Owner: TenantOwner>: ServiceOperation {
    public static var contract: Contract {
        Contract(
            "\(Owner.service).tenant.usage",
            access: .services,
            callers: ["academic"],
            "Check whether a university is in use"
        )
    }
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

/// A service whose rows belong to universities.
public protocol TenantOwner: Sendable {
    /// The service's name in the mesh.
    static var service: String { get }
}

/// The services that must hold nothing of a university before it is deleted.
public enum TenantOwners {
    /// Accounts.
    public enum Auth: TenantOwner { public static let service = "auth" }
    /// Societies.
    public enum Societies: TenantOwner { public static let service = "societies" }
    /// Forms.
    public enum Forms: TenantOwner { public static let service = "forms" }
    /// Patterns of student numbers.
    public enum IDParser: TenantOwner { public static let service = "id-parser" }
}
