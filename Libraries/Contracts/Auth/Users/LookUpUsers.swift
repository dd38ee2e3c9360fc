public import Contracts

/// Finds the names behind ids, for lists of members and responses.
public struct LookUpUsers: ServiceOperation {
    public static let contract = Contract(
        "auth.users.lookup",
        access: .services,
        callers: ["societies"],
        "Find the names behind ids"
    )
    public let ids: [UserID]
    /// Those that exist, in no order.
    public typealias Reply = List<UserSummary>

    public init(ids: [UserID]) { self.ids = ids }
}
