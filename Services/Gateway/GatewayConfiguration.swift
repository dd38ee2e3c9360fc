import Contracts
import NIOCore
import Redis
import ServiceKit

/// An address to listen at.
struct ListenAddress: Sendable, CustomStringConvertible {
    let host: String
    /// 0 for one that the system chooses.
    let port: Int
    var description: String { "\(host):\(port)" }
}

/// The gateway's own variables.
struct GatewayConfiguration: Sendable {
    /// The address at which HTTP is answered, behind nginx.
    let address: ListenAddress
    /// The path of the Unix socket where HTTP is answered as well; `nil` for none.
    let socket: String?
    let services: [String]
    let requiredServices: Set<String>
    let origins: [String]
    let proxies: TrustedProxies
    let eventLoops: Int
    let maximumConnections: Int
    let maximumInFlight: Int
    let operationConcurrency: Int
    let isAccessLogged: Bool
    let tokenIssuer: String
    let tokenAudience: String
    let budgets: RateBudgets
    /// `nil` where each replica counts for itself.
    let redis: RedisConfiguration?

    init(_ settings: Settings) {
        address = settings.value(
            "HTTP_BIND",
            default: "127.0.0.1:8081",
            "an IPv4 address and port such as 127.0.0.1:8081, where HTTP is answered",
            placeholder: ListenAddress(host: "127.0.0.1", port: 8_081)
        ) { SocketAddress($0).map { ListenAddress(host: $0.host, port: Int($0.port)) } }
        socket = settings.optional(
            "HTTP_SOCKET",
            "an absolute path of at most \(Self.longestSocketPath) bytes such as /run/gateway.sock: a Unix socket where HTTP is "
                + "answered as well, whose peers are trusted to name the client's address"
        ) { $0.hasPrefix("/") && $0.utf8.count <= Self.longestSocketPath ? $0 : nil }
        services = settings.list(
            "SERVICES",
            default: "academic,auth,forms,id-parser,notifier,societies",
            "names of services separated by commas: those whose operations are offered"
        )
        requiredServices = Set(
            settings.list(
                "REQUIRED_SERVICES",
                default: "auth",
                "names of services separated by commas: without one of them the whole counts as down"
            )
        )
        origins = settings.value(
            "ALLOWED_ORIGINS",
            default: "http://localhost:3000",
            "origins such as https://app.uni.example separated by commas: those of pages that may call with credentials",
            placeholder: [],
            parse: Self.origins
        )
        proxies = TrustedProxies(
            ranges: settings.value(
                "TRUSTED_PROXIES",
                default: "127.0.0.0/8,::1",
                "addresses or ranges such as 10.0.0.0/8 separated by commas: who is believed about the client's address",
                placeholder: [],
                parse: Self.ranges
            )
        )
        let threads = settings.int(
            "EVENT_LOOPS",
            default: 0,
            in: 0...64,
            "threads that serve connections; 0 for one per core"
        )
        eventLoops = threads == 0 ? System.coreCount : threads
        maximumConnections = settings.int("MAX_CONNECTIONS", default: 10_000, in: 1...1_000_000, "open at once")
        maximumInFlight = settings.int(
            "MAX_IN_FLIGHT",
            default: 1_024,
            in: 1...1_000_000,
            "calls of services under way at once; fewer when they take longer than usual"
        )
        operationConcurrency = settings.int(
            "OPERATION_CONCURRENCY",
            default: 256,
            in: 1...1_000_000,
            "of these, calls of one operation"
        )
        isAccessLogged = settings.bool("ACCESS_LOG", default: true, "whether each request is logged as a line of JSON")
        tokenIssuer = settings.string("TOKEN_ISSUER", default: "rovierr", "what auth puts into iss")
        tokenAudience = settings.string("TOKEN_AUDIENCE", default: "rovierr", "what auth puts into aud")
        budgets = RateBudgets(
            users: settings.budgets("USER", "one user", Self.userDefaults),
            apiKeys: settings.budgets("API_KEY", "one API key", Self.userDefaults),
            addresses: settings.budgets("ADDRESS", "one address that is not signed in", Self.addressDefaults)
        )
        redis = settings.optional(
            "REDIS_URL",
            "redis://[[user]:password@]host[:port][/database]: where all replicas count calls together",
            isSecret: true
        ) { RedisConfiguration(url: $0) }
    }

    /// In bytes, as NIO limits it.
    private static let longestSocketPath = 103

    /// A person with a page that reloads too much stays below these; a script that guesses or scrapes does not.
    private static let userDefaults: [RateClass: String] = [
        .auth: "60/60", .read: "3000/60", .write: "1200/60", .upload: "120/60", .realtime: "300/60",
    ]
    /// A campus may stand behind one address; it signs in at the beginning of a lecture, and all of its live connections come
    /// back at once after a restart.
    private static let addressDefaults: [RateClass: String] = [
        .auth: "600/60", .read: "6000/60", .write: "1200/60", .upload: "120/60", .realtime: "6000/60",
    ]

    private static func origins(_ text: String) -> [String]? {
        let origins = text.split(separator: ",").map(\.trimmed)
        return origins.allSatisfy(CORSPolicy.isOrigin) ? origins : nil
    }

    private static func ranges(_ text: String) -> [AddressRange]? {
        let texts = text.split(separator: ",").map(\.trimmed)
        let ranges = texts.compactMap { AddressRange($0) }
        return ranges.count == texts.count ? ranges : nil
    }
}

extension Settings {
    /// `RATE_USER_READ` and its like.
    fileprivate func budgets(
        _ who: String,
        _ meaning: String,
        _ defaults: [RateClass: String]
    ) -> [RateClass: RateBudget] {
        var budgets: [RateClass: RateBudget] = [:]
        for rate in RateClass.allCases {
            let fallback = RateBudget(limit: 1, period: .seconds(1))
            budgets[rate] = value(
                "RATE_\(who)_\(rate.rawValue.uppercased())",
                default: defaults[rate],
                "calls per seconds, such as 600/60: what \(meaning) may call of class \(rate.rawValue)",
                placeholder: fallback
            ) { RateBudget($0) }
        }
        return budgets
    }
}
