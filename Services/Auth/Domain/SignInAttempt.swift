import Contracts
import Glibc
import OpenSSL

/// What failed sign-ins are counted by: the account that was aimed at, and where from.
struct SignInAttempt: Sendable, Hashable {
    /// A hash of the address, whether there is an account or not.
    let account: [UInt8]
    let source: String

    init(email: EmailAddress, clientAddress: String) {
        account = SHA256.hash(Array(email.folded.utf8))
        source = Self.network(of: clientAddress)
    }

    /// The address, or the /64 of an IPv6 address, which is what one subscriber has to himself.
    static func network(of address: String) -> String {
        var parsed = in6_addr()
        guard address.contains(":"), unsafe inet_pton(AF_INET6, address, &parsed) == 1 else { return address }
        let bytes = unsafe withUnsafeBytes(of: &parsed) { unsafe Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped { return bytes.suffix(4).map(String.init).joined(separator: ".") }
        return bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "/64"
    }
}

/// When someone has to wait: ten failures within fifteen minutes, each of which counts for that long and no longer.
struct Lockout: Sendable {
    static let limit = 10
    static let window = Duration.seconds(15 * 60)

    /// The failures that count, the oldest first; at most `limit`.
    private(set) var failures: [Timestamp]

    init(_ failures: [Timestamp], at now: Timestamp) {
        self.failures = failures.filter { $0 > now - Self.window }.sorted()
    }

    /// How long until the next attempt is looked at; `nil` for not at all.
    func wait(at now: Timestamp) -> Duration? {
        guard failures.count >= Self.limit, let oldest = failures.suffix(Self.limit).first else { return nil }
        return oldest + Self.window - now
    }

    mutating func fail(at now: Timestamp) {
        failures.append(now)
    }
}
