/// Asks a service whether anything of a university is left in it, which keeps the university from being deleted.
public struct GetTenantUsage<Owner: TenantOwner>: ServiceOperation {
    public static var contract: Contract {
        Contract(
            "\(Owner.service).tenant.usage",
            access: .services,
            callers: ["academic"],
            "Tells whether a university is in use"
        )
    }
    public let universityId: UniversityID
    public typealias Reply = TenantUsage

    public init(universityId: UniversityID) {
        self.universityId = universityId
    }
}

/// Whether a service holds anything of a university.
public struct TenantUsage: ContractObject, OperationReply, Equatable {
    public let isUsed: Bool

    public init(isUsed: Bool) {
        self.isUsed = isUsed
    }
}

/// A service whose rows belong to universities.
public protocol TenantOwner: Sendable {
    /// Its name in the mesh.
    static var service: String { get }
}

/// The services that a university is deleted after.
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
