import Contracts

/// Generates nginx's settings for operations that need their own: those that accept larger bodies, and those whose
/// requests may be anonymous and therefore leave no line in its logs.
enum OperationLocations {
    /// The path of the locations in the repository; `nginx/render` reads it.
    static let file = "nginx/operations.conf"
    /// The path of the patterns of anonymous requests in the repository; `nginx/render` reads it.
    static let anonymousFile = "nginx/anonymous.conf"

    /// The maximum body size in nginx for all other paths, in bytes.
    private static let common = 1 << 20

    /// The needs of the operations at one path.
    private struct Needs {
        var bodyLimit: Int
        var mayBeAnonymous: Bool

        var isCommon: Bool { bodyLimit <= OperationLocations.common && !mayBeAnonymous }
    }

    /// - Parameter services: The running services' descriptions.
    /// - Returns: A location for each path of such an operation, sorted by path.
    static func configuration(of services: [ServiceDescription]) -> String {
        var needs: [String: Needs] = [:]
        for operation in services.flatMap(\.operations) where operation.method != nil {
            for path in operation.paths {
                var known = needs[path] ?? Needs(bodyLimit: 0, mayBeAnonymous: false)
                known.bodyLimit = max(known.bodyLimit, operation.bodyLimit)
                known.mayBeAnonymous = known.mayBeAnonymous || operation.mayBeAnonymous ?? false
                needs[path] = known
            }
        }
        let locations = needs.filter { !$0.value.isCommon }.sorted { $0.key < $1.key }
        return header + locations.map { location($0.key, $0.value) }.joined()
    }

    /// Generates patterns of request lines for a map of nginx.
    ///
    /// The access log needs them, because a refused request is no longer at its location when it is logged.
    ///
    /// - Parameter services: The running services' descriptions.
    /// - Returns: A pattern for each method and path of an operation that may be anonymous, sorted.
    static func anonymousRequests(of services: [ServiceDescription]) -> String {
        let operations = services.flatMap(\.operations).filter { $0.mayBeAnonymous ?? false }
        let patterns = operations.flatMap { operation in
            operation.paths.compactMap { path in operation.method.map { "\($0) \(origin)\(pattern(of: path))" } }
        }
        return anonymousHeader + Set(patterns).sorted().map { "\"~^\($0)[? ]\" 1;\n" }.joined()
    }

    private static let header = """
        # Operations with settings of their own: "rovierr front" writes this from what the running services describe.

        """

    private static let anonymousHeader = """
        # Requests that may be anonymous: "rovierr front" writes this from what the running services describe.

        """

    /// Matches the origin of a request line in absolute form, or nothing.
    private static let origin = "(?:[^/ ]*//[^/ ]*)?"

    private static func location(_ path: String, _ needs: Needs) -> String {
        let lines =
            (needs.mayBeAnonymous ? unlogged : [])
            + (needs.bodyLimit > common ? large(needs.bodyLimit) : needs.mayBeAnonymous ? passedOn : [])
            + ["proxy_pass http://$gateway;"]
        return "location ~ \"^\(pattern(of: path))$\" {\n" + lines.map { "    \($0)\n" }.joined() + "}\n"
    }

    private static let unlogged = ["include unlogged.conf;"]

    /// Passed on unbuffered, since the gateway authenticates the sender before it reads the body.
    private static func large(_ limit: Int) -> [String] {
        ["client_max_body_size \(limit);", "proxy_request_buffering off;"]
    }

    /// As at all other paths, by locations that don't log errors either.
    private static let passedOn = [
        "if ($is_streamed) {", "    return 434;", "}", "if ($http_idempotency_key) {", "    return 435;", "}",
    ]

    private static func pattern(of path: String) -> String {
        path.split(separator: "/").map { $0.utf8.first == UInt8(ascii: "{") ? "/[^/]+" : "/\\Q\($0)\\E" }.joined()
    }
}
