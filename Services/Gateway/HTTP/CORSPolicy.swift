/// Which web pages may call us with the user's credentials: the exact origins that are listed, and no other.
struct CORSPolicy: Sendable {
    private let origins: Set<String>

    /// - Parameter origins: Such as `https://app.uni.example`; never `null`, which many unrelated pages share, nor `*`.
    init(origins: some Sequence<String>) {
        self.origins = Set(origins)
    }

    /// Whether a text is an origin as browsers write it: scheme and host in lower case, a port unless it is the usual one, no path.
    static func isOrigin(_ text: String) -> Bool {
        let host = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "-.:[]".utf8.contains(byte)
                }
            }
    }

    func allows(_ origin: String) -> Bool { origins.contains(origin) }

    /// What a page may do with an answer.
    static func headers(for origin: String) -> [(String, String)] {
        [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Expose-Headers", exposedHeaders),
        ]
    }

    private static let exposedHeaders = OpenAPIHeader.allCases.map(\.rawValue).joined(separator: ", ")

    /// What a preflight is told beside that.
    ///
    /// The lists are written out because `*` means nothing where credentials are sent.
    static let preflightHeaders: [(String, String)] = [
        ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        (
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent, X-API-Key, X-CSRF-Token, X-Request-Id"
        ),
        ("Access-Control-Max-Age", "7200"),
    ]
}
