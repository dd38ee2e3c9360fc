internal import CNanomsg

/// Host names to numeric addresses.
public enum HostResolver {
    /// Every address behind `host`, numeric and sorted; only IPv4 ones where there are any.
    ///
    /// nanomsg itself connects to the first address only, so whoever wants all replicas behind a name resolves it here. A
    /// host with both kinds of addresses would count twice, hence the preference. Waits for the name server.
    ///
    /// - Parameter host: A name or a numeric address.
    /// - Returns: Nothing when the name cannot be resolved now.
    public static func addresses(of host: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var version4: Set<String> = []
        var version6: Set<String> = []
        var next = unsafe first
        while let entry = unsafe next {
            if let text = unsafe numeric(entry.pointee) {
                if unsafe entry.pointee.ai_family == AF_INET { version4.insert(text) } else { version6.insert(text) }
            }
            unsafe next = entry.pointee.ai_next
        }
        return (version4.isEmpty ? version6 : version4).sorted()
    }

    /// Whether `host` is a numeric address already.
    public static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()
        return unsafe inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    private static func numeric(_ entry: addrinfo) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = unsafe getnameinfo(
            entry.ai_addr,
            entry.ai_addrlen,
            &text,
            socklen_t(text.count),
            nil,
            0,
            NI_NUMERICHOST
        )
        guard result == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
