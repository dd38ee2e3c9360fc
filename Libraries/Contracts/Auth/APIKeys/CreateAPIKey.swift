public import Contracts
import HTTPTypes

/// Makes a key; only this answer ever shows it.
public struct CreateAPIKey: ServiceOperation {
    public static let contract = Contract(
        "auth.api-keys.create",
        .post("/api-keys"),
        access: .user,
        "Create an API key, which only this reply shows",
        success: .created,
        errors: [.tooManyAPIKeys],
        idempotency: .notOffered,
        needsSession: true
    )
    public let name: Name
    /// Permissions that the caller has, and scopes of `AccountScope`; none by default.
    public let scopes: BoundedList<Permission, 0, 50>?
    /// Never by default.
    public let expiresAt: Timestamp?
    public typealias Reply = Created<CreatedAPIKey>

    public init(name: Name, scopes: BoundedList<Permission, 0, 50>? = nil, expiresAt: Timestamp? = nil) {
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
    }
}

/// A key that was just created, with its secret.
public struct CreatedAPIKey: Versioned, Addressed, Equatable {
    public let id: APIKeyID
    public let name: Name
    public let prefix: String
    public let scopes: [Permission]
    public let expiresAt: Timestamp?
    public let lastUsedAt: Timestamp?
    public let createdAt: Timestamp
    /// The value of `X-API-Key`.
    public let key: APIKeyText

    public init(_ apiKey: APIKey, key: APIKeyText) {
        id = apiKey.id
        name = apiKey.name
        prefix = apiKey.prefix
        scopes = apiKey.scopes
        expiresAt = apiKey.expiresAt
        lastUsedAt = apiKey.lastUsedAt
        createdAt = apiKey.createdAt
        self.key = key
    }

    public var etag: String { "\"\(createdAt.microseconds)\"" }
    public var path: String { "/api-keys/\(id)" }
}
