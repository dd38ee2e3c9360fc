public import HTTPTypes

/// Everything about an operation that is not one of its fields.
public struct Contract: Sendable {
    /// On the wire: `<service>.<subject>.<verb>`; never renamed, never reused.
    ///
    /// The contract of a `ReservedOperation` gives it without the service, which `contract(in:)` adds.
    public internal(set) var name: String
    /// Raised by a breaking change.
    public let version: Int
    /// `nil` for what only other services call.
    public let route: Route?
    public let access: Access
    /// The services that may call it on their own account, as the operator's command always may.
    ///
    /// On behalf of a user, any service with the gateway's statement may call an operation with a route.
    public let callers: [String]
    /// One imperative line for the reference, such as `List universities`.
    public let summary: String
    public let success: HTTPResponse.Status
    /// Which refusals there are beside those that every operation has.
    public let errors: [ErrorCode]
    public let rate: RateClass
    /// The priority, which decides what is refused first under overload.
    public let priority: CallPriority
    /// The maximum number of calls that each gateway has under way at once; `nil` for its limit for any operation.
    public let concurrency: Int?
    /// For the whole call, all hops together.
    public let timeout: Duration
    public static let defaultTimeout: Duration = .seconds(10)
    /// The most bytes that a body may have.
    public let bodyLimit: Int
    public static let defaultBodyLimit = 256 * 1024
    /// `true` if running twice does no more than running once, so that a lost call may be repeated.
    public let isIdempotent: Bool
    /// The treatment of an `Idempotency-Key`.
    public let idempotency: Idempotency
    /// `true` if the operation itself takes from the caller what it asks for, as leaving a society does.
    ///
    /// A repeated request is then answered from its record although access is refused by now.
    public let endsAccess: Bool
    /// Tells whether some replies must not be linked to the person who asked; see `AnonymousReply`.
    ///
    /// A failed call may have had its effect, so it is logged like an anonymous one. The service's part of every call
    /// stays out of recorded traces.
    public let mayBeAnonymous: Bool
    /// The content type of the body: a merge patch, a file, or plain JSON.
    public let requestType: String
    /// `true` if an API key is not enough, which clients are told and the service checks.
    public let needsSession: Bool
    /// The permission that an API key needs to act here for its owner; see `AccountScope`.
    public let scope: Permission?
    /// Said of an operation that clients should leave: the gateway's headers and the reference tell them.
    public let deprecation: Deprecation?

    /// Says everything about an operation; the properties tell what each argument means.
    ///
    /// By default, `rate` and `priority` follow from the route's method, and `isIdempotent` is what the method promises
    /// (RFC 9110 §9.2.2), or `true` without a route. `idempotency` is `recorded` for a POST; other methods need no key
    /// or cannot have one. `scope` is the catalogue's scope for the route's first part.
    public init(
        _ name: String,
        version: Int = 1,
        _ route: Route? = nil,
        access: Access,
        callers: [String] = [],
        _ summary: String,
        success: HTTPResponse.Status = .ok,
        errors: [ErrorCode] = [],
        rate: RateClass? = nil,
        priority: CallPriority? = nil,
        concurrency: Int? = nil,
        timeout: Duration = Contract.defaultTimeout,
        bodyLimit: Int = Contract.defaultBodyLimit,
        isIdempotent: Bool? = nil,
        idempotency: Idempotency? = nil,
        endsAccess: Bool = false,
        mayBeAnonymous: Bool = false,
        requestType: String = "application/json",
        needsSession: Bool = false,
        scope: Permission? = nil,
        deprecation: Deprecation? = nil
    ) {
        self.name = name
        self.version = version
        self.route = route
        self.access = access
        self.callers = callers
        self.summary = summary
        self.success = success
        self.errors = errors
        self.rate = rate ?? (route?.method == .get ? .read : .write)
        self.priority = priority ?? (self.rate == .auth ? .high : route?.method == .get ? .low : .normal)
        self.concurrency = concurrency
        self.timeout = timeout
        self.bodyLimit = bodyLimit
        self.isIdempotent = isIdempotent ?? (route.map { $0.method != .post && $0.method != .patch } ?? true)
        self.idempotency =
            idempotency ?? (route?.method == .post ? .recorded : self.isIdempotent ? .naturallyIdempotent : .notOffered)
        precondition(
            self.idempotency != .recorded || route?.method == .post,
            "\(name) cannot be recorded: only a POST takes an Idempotency-Key"
        )
        self.endsAccess = endsAccess
        self.mayBeAnonymous = mayBeAnonymous
        self.requestType = requestType
        self.needsSession = needsSession
        self.scope = needsSession ? nil : scope ?? AccountScope.derived(from: route, isRead: self.rate == .read)
        self.deprecation = deprecation
    }

    /// Tells whether a service may call it on its own account.
    public func admits(_ caller: String) -> Bool { caller == "operator" || callers.contains(caller) }

    /// Which service answers: the name up to its first dot.
    public var service: String { String(name.prefix { $0 != "." }) }
}

/// Since when an operation should not be used any more, until when it works, and what takes its place.
public struct Deprecation: ContractObject, Equatable {
    /// The first day on which clients were told.
    public let since: CalendarDate
    /// The day on which it goes; `nil` while nobody has decided.
    public let sunset: CalendarDate?
    /// The path of what takes its place, whole.
    public let successor: String?

    /// - Parameters:
    ///   - since: The first day on which clients were told.
    ///   - sunset: The day on which it goes.
    ///   - successor: The template of what takes its place, as a route has it.
    public init(since: CalendarDate, sunset: CalendarDate? = nil, successor: String? = nil) {
        self.since = since
        self.sunset = sunset
        self.successor = successor.map(Route.path)
    }
}

/// The place of an operation in HTTP.
public struct Route: Sendable, Hashable {
    public let method: HTTPRequest.Method
    /// Below `/api/v1`, with `{name}` for a field that stands in the path; an absolute one starts with `//`.
    public let template: String
    /// Other spellings that answer the same.
    public let aliases: [String]

    public init(_ method: HTTPRequest.Method, _ template: String, aliases: [String] = []) {
        self.method = method
        self.template = template
        self.aliases = aliases
    }

    public static func get(_ template: String) -> Route { Route(.get, template) }
    public static func post(_ template: String, aliases: [String] = []) -> Route {
        Route(.post, template, aliases: aliases)
    }
    public static func put(_ template: String) -> Route { Route(.put, template) }
    public static func patch(_ template: String) -> Route { Route(.patch, template) }
    public static func delete(_ template: String) -> Route { Route(.delete, template) }

    /// The path as clients write it: `/api/v1/...`, or what follows the first slash of an absolute template.
    public static func path(of template: String) -> String {
        template.hasPrefix("//") ? String(template.dropFirst()) : "/api/v1" + template
    }

    /// The fields that stand in the path.
    public var pathFields: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// `true` if fields beside those in the path stand in the body; in the query otherwise.
    public var hasBody: Bool { method == .post || method == .put || method == .patch || method == .delete }
}

/// The callers of an operation.
///
/// The service checks ownership beside this.
public enum Access: Sendable, Hashable {
    /// Anybody; a token that is sent must be valid all the same.
    case everyone
    /// Any signed-in user.
    case user
    /// Users whose role carries the permission.
    case permission(Permission)
    /// Other services, never through the gateway.
    case services
}

/// The importance of an operation when not all calls can be served.
public enum CallPriority: String, ChoiceValue {
    /// Looking at things: it can be done again a moment later.
    case low
    /// Changing things.
    case normal
    /// Signing in, and sending what somebody has worked on.
    case high
}

/// The budget that a call counts against.
public enum RateClass: String, ChoiceValue {
    /// Signing in, registering, and what else can be guessed at.
    case auth
    case read
    case write
    case upload
    case realtime
}
