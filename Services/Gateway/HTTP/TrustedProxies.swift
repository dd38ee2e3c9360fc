/// A range of addresses such as `10.0.0.0/8`.
struct AddressRange: Sendable, Hashable {
    private let base: IPAddress
    private let length: Int

    /// Reads `<address>/<bits>`, or a single address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard let bits = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(bits) else { return nil }
        base = address
        length = bits + 128 - width
    }

    func contains(_ address: IPAddress) -> Bool {
        // A shift by the whole width gives 0 in Swift, which is what an empty mask is.
        let highMask = UInt64.max << UInt64(64 - min(length, 64))
        let lowMask = UInt64.max << UInt64(128 - max(length, 64))
        return (base.high ^ address.high) & highMask == 0 && (base.low ^ address.low) & lowMask == 0
    }
}

/// Who stands between us and clients, and is believed when it says who the client is.
struct TrustedProxies: Sendable {
    let ranges: [AddressRange]

    func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// The client's address.
    ///
    /// - Parameters:
    ///   - peer: Who opened the connection; `nil` for the Unix socket, which only a proxy may open.
    ///   - forwardedFor: `X-Forwarded-For`; each proxy appends whom it heard from, so it is read from its end.
    ///   - realIP: `X-Real-IP`.
    /// - Returns: `nil` when nobody knows.
    func client(peer: IPAddress?, forwardedFor: String?, realIP: String?) -> IPAddress? {
        if let peer, !contains(peer) { return peer }
        let hops = forwardedFor?.utf8.split(separator: UInt8(ascii: ",")) ?? []
        for hop in hops.reversed() {
            // A hop that isn't an address comes from an untrusted writer, so earlier hops are ignored.
            guard let hop = IPAddress(Substring(hop).trimmed) else { break }
            if !contains(hop) { return hop }
        }
        return realIP.flatMap { IPAddress($0) } ?? peer
    }
}

extension Substring {
    /// Without the white space around it.
    var trimmed: String {
        var rest = trimmingPrefix(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
