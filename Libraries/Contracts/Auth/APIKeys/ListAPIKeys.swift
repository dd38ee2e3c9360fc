public import Contracts

/// Lists the caller's keys, the newest first.
public struct ListAPIKeys: ServiceOperation {
    public static let contract = Contract(
        "auth.api-keys.list",
        .get("/api-keys"),
        access: .user,
        "Lists the caller's API keys"
    )
    public typealias Reply = List<APIKey>

    public init() {}
}
