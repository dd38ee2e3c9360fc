public import Contracts
import HTTPTypes

/// A key with which a program acts for its owner, as the owner sees it once it was made.
public struct APIKey: ContractObject, Equatable {
    public let id: APIKeyID
    public let name: Name
    /// How the key begins, to tell keys apart by.
    public let prefix: String
    /// Permissions beyond reading the owner's account and public data.
    public let scopes: [Permission]
    public let expiresAt: Timestamp?
    /// To the minute.
    public let lastUsedAt: Timestamp?
    public let createdAt: Timestamp

    public init(
        id: APIKeyID,
        name: Name,
        prefix: String,
        scopes: [Permission],
        expiresAt: Timestamp?,
        lastUsedAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.scopes = scopes
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.createdAt = createdAt
    }

    /// Depends on the creation time alone, because a key never changes until it ends.
    public var etag: String { "\"\(createdAt.microseconds)\"" }
}

extension ErrorCode {
    public static let tooManyAPIKeys = ErrorCode(
        "TOO_MANY_API_KEYS",
        .conflict,
        "There are as many keys as one account may have; delete one first."
    )
}
