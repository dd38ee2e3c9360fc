public import Contracts

/// Tells whom a key acts for; the gateway asks, and asks again after a minute.
public struct VerifyAPIKey: ServiceOperation {
    public static let contract = Contract(
        "auth.api-keys.verify",
        access: .services,
        callers: ["gateway"],
        "Find the user an API key acts for",
        errors: [.unauthorized],
        timeout: .seconds(3)
    )
    /// SHA-256 of the key in base64url: the key itself never leaves the gateway.
    public let hash: Text<43, 43>
    public typealias Reply = APIKeyHolder

    public init(hash: Text<43, 43>) { self.hash = hash }
}

/// The user that a key acts for, and the key's permissions.
public struct APIKeyHolder: ContractObject, OperationReply, Equatable {
    public let keyId: APIKeyID
    public let userId: UserID
    public let tenantId: UniversityID?
    /// The highest role whose permissions the key has.
    public let role: Role
    public let permissions: [Permission]
    public let expiresAt: Timestamp?

    public init(
        keyId: APIKeyID,
        userId: UserID,
        tenantId: UniversityID?,
        role: Role,
        permissions: [Permission],
        expiresAt: Timestamp?
    ) {
        self.keyId = keyId
        self.userId = userId
        self.tenantId = tenantId
        self.role = role
        self.permissions = permissions
        self.expiresAt = expiresAt
    }
}
