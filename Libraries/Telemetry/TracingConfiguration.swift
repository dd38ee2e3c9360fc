/// Where spans go, as whom, and how many of them.
public struct TracingConfiguration: Sendable {
    /// The collector's base address, without `/v1/traces`.
    public var endpoint: String
    /// What every request carries besides, such as the collector's own token.
    public var headers: [(name: String, value: String)]
    public var service: String
    public var version: String
    /// Which replica this is.
    public var instance: String
    /// How much of the traces that begin here are recorded, from 0 to 1; others have decided for theirs.
    public var sampledShare: Double

    public init(
        endpoint: String,
        headers: [(name: String, value: String)] = [],
        service: String,
        version: String,
        instance: String,
        sampledShare: Double = 1
    ) {
        self.endpoint = endpoint
        self.headers = headers
        self.service = service
        self.version = version
        self.instance = instance
        self.sampledShare = sampledShare
    }
}
