/// Where a Redis server is, and how long to wait for it.
public struct RedisConfiguration: Sendable, Equatable {
    public let host: String
    public let port: Int
    public let user: String?
    public let password: String?
    public let database: Int
    /// For connecting, and for a whole batch of commands; a slower server counts as away.
    public var timeout: Duration = .milliseconds(100)
    /// How many commands may wait; more are refused.
    public var maximumWaiting = 4_096

    /// Reads `redis://[[<user>]:<password>@]<host>[:<port>][/<database>]`, with percent-encoding in user and password.
    ///
    /// - Returns: `nil` for anything else; TLS is not spoken.
    public init?(url: String) {
        let scheme = "redis://"
        guard url.hasPrefix(scheme) else { return nil }
        var rest = url.dropFirst(scheme.count)
        var credentials: [String]?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.compactMap(Self.percentDecoded)
            guard decoded.count == 2, !decoded[1].isEmpty else { return nil }
            credentials = decoded
            rest = rest[rest.index(after: at)...]
        }
        let path = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let database = path.count == 2 && !path[1].isEmpty ? Int(path[1]) : 0
        guard let place = path.first, let database, (0...65_535).contains(database) else { return nil }
        guard let (host, port) = Self.hostAndPort(place) else { return nil }
        self.host = host
        self.port = port
        self.database = database
        user = credentials.flatMap { $0[0].isEmpty ? nil : $0[0] }
        password = credentials?[1]
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int)? {
        let hasBrackets = text.hasPrefix("[")
        let end = hasBrackets ? text.firstIndex(of: "]") : text.firstIndex(of: ":") ?? text.endIndex
        guard let end else { return nil }
        let host = hasBrackets ? text[text.index(after: text.startIndex)..<end] : text[..<end]
        let rest = hasBrackets ? text[text.index(after: end)...] : text[end...]
        let port = rest.isEmpty ? 6_379 : rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
        guard !host.isEmpty, let port, (1...65_535).contains(port) else { return nil }
        return (String(host), port)
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
