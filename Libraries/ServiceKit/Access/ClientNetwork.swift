import Glibc

/// A client's network: an IPv4 address, or the IPv6 /64 of one subscriber.
public struct ClientNetwork: Sendable, Hashable {
    /// The IPv4 address or the IPv6 /64; any other text unchanged.
    public let text: String
    /// The /48 around an IPv6 /64, the usual allocation to a site.
    public let site: String?

    /// - Parameter address: The client's address as the gateway saw it.
    public init(_ address: String) {
        var parsed = in6_addr()
        guard address.utf8.contains(UInt8(ascii: ":")), unsafe inet_pton(AF_INET6, address, &parsed) == 1 else {
            text = address
            site = nil
            return
        }
        let bytes = unsafe withUnsafeBytes(of: &parsed) { unsafe Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        if isMapped {
            text = bytes.suffix(4).map(String.init).joined(separator: ".")
            site = nil
        } else {
            text = Self.hexadecimal(bytes.prefix(8)) + "/64"
            site = Self.hexadecimal(bytes.prefix(6)) + "/48"
        }
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
