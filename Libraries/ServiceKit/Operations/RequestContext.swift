public import Contracts
public import Logging
public import Mesh
public import Postgres

/// What a request brings beside its fields: who asks, how long there is, and how to log it.
public struct RequestContext: Sendable {
    /// The user on whose behalf a request is made, as the gateway verified the token.
    public struct User: Sendable, Equatable {
        public let id: UserID
        /// The university; `nil` for accounts without one.
        public let tenant: UniversityID?
        /// With an API key, the key's own id.
        public let session: SessionID?
        public let role: String
        public let permissions: [Permission]
        /// The kind of credential that the user presented.
        public let credential: Principal.Credential

        public init(
            id: UserID,
            tenant: UniversityID?,
            session: SessionID?,
            role: String,
            permissions: [Permission],
            credential: Principal.Credential = .session
        ) {
            self.id = id
            self.tenant = tenant
            self.session = session
            self.role = role
            self.permissions = permissions
            self.credential = credential
        }

        /// `true` if the user acts in every university.
        public var isPlatformAdmin: Bool { role == Role.platformAdmin.rawValue }

        public func may(_ permission: Permission) -> Bool {
            permissions.contains { $0.covers(permission) }
        }

        /// Tells whether the user may do this in that university.
        public func may(_ permission: Permission, in university: UniversityID?) -> Bool {
            may(permission) && (isPlatformAdmin || university != nil && tenant == university)
        }
    }

    public let requestID: String
    /// The service that calls; `gateway` for what came over HTTP.
    public let caller: String
    public let user: User?
    /// The gateway's signed statement about the user, forwarded on calls on the user's behalf.
    let identity: SignedIdentity?
    public private(set) var deadline: ContinuousClock.Instant
    /// The work that may still be done for the request; whatever loops over what a stranger chose pays here.
    public private(set) var work: WorkBudget
    public let trace: TraceContext
    public let clientAddress: String
    public let userAgent: String?
    /// When the gateway received the request, which is what closing times are held against.
    public let receivedAt: Timestamp
    /// `Idempotency-Key`; `nil` also where the operation ignores it.
    public let idempotencyKey: String?
    /// `If-Match`: the revision that the caller has read.
    public let precondition: String?
    /// `If-None-Match`, which on a write says that nothing may exist yet.
    public let absencePrecondition: String?
    let preconditionCheck: PreconditionCheck
    let computation = Computation()
    /// Further headers that the gateway passes on, in lower case.
    public let headers: [MeshField]
    let idempotency: IdempotentRequest?
    private let baseLogger: Logger

    /// The request's logger, which carries its ids.
    public var logger: Logger {
        var logger = baseLogger
        logger[metadataKey: LogKey.traceID] = "\(trace.traceID)"
        logger[metadataKey: LogKey.requestID] = "\(requestID)"
        return logger
    }

    public var timeLeft: Duration { max(.zero, deadline - .now) }

    public init(
        requestID: String,
        caller: String,
        user: User? = nil,
        timeLeft: Duration = .seconds(10),
        trace: TraceContext = TraceContext(isSampled: false),
        clientAddress: String = "",
        userAgent: String? = nil,
        receivedAt: Timestamp = .now(),
        precondition: String? = nil,
        absencePrecondition: String? = nil,
        headers: [MeshField] = [],
        logger: Logger
    ) {
        self.requestID = requestID
        self.caller = caller
        self.user = user
        self.identity = nil
        self.deadline = .now + timeLeft
        self.work = WorkBudget(until: deadline)
        self.trace = trace
        self.clientAddress = clientAddress
        self.userAgent = userAgent
        self.receivedAt = receivedAt
        self.idempotencyKey = nil
        self.precondition = precondition
        self.absencePrecondition = absencePrecondition
        self.preconditionCheck = PreconditionCheck()
        self.headers = headers
        self.idempotency = nil
        self.baseLogger = logger
    }

    /// What a service does on its own account, such as finishing what a crash interrupted.
    public static func system(_ service: String, timeLeft: Duration = .seconds(10), logger: Logger) -> RequestContext {
        RequestContext(
            requestID: "\(service)-\(Identifier<Never>())",
            caller: service,
            timeLeft: timeLeft,
            logger: logger
        )
    }

    /// - Throws: `ServiceError` when the principal's ids are no UUIDs, which only a faulty peer sends.
    init(_ request: MeshRequest, idempotency: IdempotentRequest?, logger: Logger) throws(ServiceError) {
        requestID = request.requestID
        caller = request.caller
        user = try request.principal.map(User.init)
        identity = request.identity
        deadline = request.deadline
        work = WorkBudget(until: deadline)
        trace = request.trace
        clientAddress = request.headers.first(named: "x-client-address") ?? ""
        userAgent = request.headers.first(named: "user-agent")
        receivedAt =
            request.headers.first(named: "x-received-at").flatMap { Int64($0) }.map(Timestamp.init(microseconds:))
            ?? .now()
        idempotencyKey = idempotency == nil ? nil : request.idempotencyKey
        precondition = request.headers.first(named: "if-match")
        absencePrecondition = request.headers.first(named: "if-none-match")
        preconditionCheck = PreconditionCheck()
        headers = request.headers
        self.idempotency = idempotency
        baseLogger = logger
    }

    /// The same request with less time, for optional work.
    public func limited(to timeLeft: Duration) -> RequestContext {
        var context = self
        context.deadline = min(deadline, .now + timeLeft)
        context.work = WorkBudget(until: context.deadline)
        return context
    }

    /// The actor: the user, or the service that calls on its own account.
    var actor: String { user?.id.description ?? caller }

    /// - Throws: `UNAUTHORIZED` when nobody is signed in.
    public func requireUser() throws(ServiceError) -> User {
        guard let user else { throw ServiceError(.unauthorized) }
        return user
    }

    /// Which rows the request may touch: the user's university, every one for a platform administrator, else none.
    public var scope: TenantScope {
        guard let user else { return .none }
        return user.isPlatformAdmin ? .platform : user.tenant.map(TenantScope.university) ?? .none
    }
}

extension RequestContext.User {
    init(_ principal: Principal) throws(ServiceError) {
        guard let id = UserID(principal.userID) else { throw ServiceError(.unauthorized) }
        self.init(
            id: id,
            tenant: principal.tenantID.flatMap(UniversityID.init),
            session: SessionID(principal.sessionID),
            role: principal.role,
            // Auth wrote them and the gateway verified the token: parsing them again would cost more than the rest.
            permissions: principal.permissions.map(Permission.init(unchecked:)),
            credential: principal.credential
        )
    }

    package var principal: Principal {
        Principal(
            userID: id.description,
            tenantID: tenant?.description,
            sessionID: session?.description ?? "",
            role: role,
            permissions: permissions.map(\.text),
            credential: credential
        )
    }
}
