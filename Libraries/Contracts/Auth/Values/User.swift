public import Contracts

/// An account as its owner and administrators see it.
public struct User: Versioned, Addressed, Equatable {
    public let id: UserID
    public let email: EmailAddress
    public let name: Name
    public let image: WebAddress?
    public let emailVerified: Bool
    public let role: Role
    /// The university; `nil` for accounts that belong to none.
    public let tenantId: UniversityID?
    public let isActive: Bool
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: UserID,
        email: EmailAddress,
        name: Name,
        image: WebAddress?,
        emailVerified: Bool,
        role: Role,
        tenantId: UniversityID?,
        isActive: Bool,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.image = image
        self.emailVerified = emailVerified
        self.role = role
        self.tenantId = tenantId
        self.isActive = isActive
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var etag: String { "\"\(updatedAt.microseconds)\"" }
    public var path: String { "/users/\(id)" }

    /// The members in the order of the properties, as the derived encoding writes them at several times the cost: this is the
    /// reply that clients ask for most.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("id")
        id.write(to: &writer)
        writer.name("email")
        email.write(to: &writer)
        writer.name("name")
        name.write(to: &writer)
        writer.name("image")
        if let image { image.write(to: &writer) } else { writer.null() }
        writer.name("emailVerified")
        writer.bool(emailVerified)
        writer.name("role")
        role.write(to: &writer)
        writer.name("tenantId")
        if let tenantId { tenantId.write(to: &writer) } else { writer.null() }
        writer.name("isActive")
        writer.bool(isActive)
        writer.name("createdAt")
        createdAt.write(to: &writer)
        writer.name("updatedAt")
        updatedAt.write(to: &writer)
        writer.endObject()
    }
}

/// An account as other services may know it.
public struct UserSummary: ContractObject, Equatable {
    public let id: UserID
    public let name: Name
    public let email: EmailAddress
    public let image: WebAddress?
    public let tenantId: UniversityID?

    public init(id: UserID, name: Name, email: EmailAddress, image: WebAddress?, tenantId: UniversityID?) {
        self.id = id
        self.name = name
        self.email = email
        self.image = image
        self.tenantId = tenantId
    }
}
