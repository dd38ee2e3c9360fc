/// One call of an operation, as the caller makes it and as the handler gets it.
public struct MeshRequest: Sendable {
    /// Such as `societies.join`.
    public var operation: String
    /// Of the operation; raised when its contract changes incompatibly.
    public var version: UInt32
    /// Names the whole errand of the client in logs, over all hops.
    public var requestID: String
    /// When nobody waits for the reply any more, by this process's clock.
    ///
    /// It travels as the time left, because the clocks of
    /// hosts differ.
    public var deadline: ContinuousClock.Instant
    public var trace: TraceContext
    /// The calling service, whose key sealed the request.
    public package(set) var caller: String
    /// The user on whose behalf, if there is one.
    public var principal: Principal?
    /// The signed statement about `principal`.
    ///
    /// A client signs one for `principal` if its keyring allows it; any other client forwards the one it received.
    public var identity: SignedIdentity?
    /// Chosen by the client so that a repetition has no second effect.
    public var idempotencyKey: String?
    public var pathParameters: [MeshField]
    public var query: [MeshField]
    /// The few that the gateway hands on.
    public var headers: [MeshField]
    public var contentType: String
    public var body: [UInt8]
    /// Whether the caller's side may ask again; it does not travel.
    public var repeatability: Repeatability

    public init(
        operation: String,
        version: UInt32 = 1,
        requestID: String = MeshRequest.randomID(),
        timeLeft: Duration,
        trace: TraceContext = TraceContext(isSampled: false),
        principal: Principal? = nil,
        identity: SignedIdentity? = nil,
        idempotencyKey: String? = nil,
        pathParameters: [MeshField] = [],
        query: [MeshField] = [],
        headers: [MeshField] = [],
        contentType: String = "",
        body: [UInt8] = [],
        repeatability: Repeatability = .never
    ) {
        self.operation = operation
        self.version = version
        self.requestID = requestID
        deadline = ContinuousClock.now + timeLeft
        self.trace = trace
        caller = ""
        self.principal = principal
        self.identity = identity
        self.idempotencyKey = idempotencyKey
        self.pathParameters = pathParameters
        self.query = query
        self.headers = headers
        self.contentType = contentType
        self.body = body
        self.repeatability = repeatability
    }

    /// How long the reply is still of use; never negative.
    public var timeLeft: Duration { max(.zero, deadline - .now) }

    /// A request id that nobody else has: 16 hexadecimal digits.
    public static func randomID() -> String {
        let digits = String(UInt64.name(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
