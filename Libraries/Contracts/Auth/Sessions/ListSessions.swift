public import Contracts

/// A place where the caller is signed in.
public struct Session: ContractObject, Equatable {
    public let id: SessionID
    public let createdAt: Timestamp
    public let lastUsedAt: Timestamp
    public let ipAddress: String?
    public let userAgent: String?
    /// `true` if it is the one that asks.
    public let current: Bool

    public init(
        id: SessionID,
        createdAt: Timestamp,
        lastUsedAt: Timestamp,
        ipAddress: String?,
        userAgent: String?,
        current: Bool
    ) {
        self.id = id
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.ipAddress = ipAddress
        self.userAgent = userAgent
        self.current = current
    }

    /// The tag that a conditional deletion compares; using a session does not change it.
    public var etag: String { Self.etag(createdAt: createdAt) }

    public static func etag(createdAt: Timestamp) -> String { "\"\(createdAt.microseconds)\"" }
}

/// Lists the caller's sessions.
public struct ListSessions: ServiceOperation {
    public enum SortField: String, ChoiceValue { case createdAt, lastUsedAt }

    public static let contract = Contract(
        "auth.sessions.list",
        .get("/auth/sessions"),
        access: .user,
        "List where the caller is signed in",
        scope: .readSessions
    )
    public let page: PageRequest
    /// Most recently used first by default.
    public let sort: Sort<SortField>?
    public typealias Reply = Page<Session>

    public init(page: PageRequest = PageRequest(), sort: Sort<SortField>? = nil) {
        self.page = page
        self.sort = sort
    }
}
