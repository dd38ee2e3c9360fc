/// Where a socket is bound or connected: `tcp://host:port` or `ipc:///path`.
public struct MeshAddress: Sendable, Hashable, CustomStringConvertible {
    enum Location: Sendable, Hashable {
        case tcp(host: String, port: UInt16)
        case ipc(path: String)
    }

    let location: Location

    /// Reads an address.
    ///
    /// - Throws: ``MeshConfigurationError``, naming what is wrong with it.
    public init(parsing text: String) throws(MeshConfigurationError) {
        if let rest = text.dropping(prefix: "tcp://") {
            location = try Self.tcp(rest, text)
        } else if let path = text.dropping(prefix: "ipc://") {
            // The kernel's limit for the name of a Unix socket.
            guard path.hasPrefix("/"), path.utf8.count < 108 else {
                throw MeshConfigurationError(
                    reason: "\(text): an absolute path of at most 107 bytes belongs after ipc://"
                )
            }
            location = .ipc(path: path)
        } else {
            throw MeshConfigurationError(reason: "\(text): neither tcp:// nor ipc://")
        }
    }

    private static func tcp(_ rest: String, _ text: String) throws(MeshConfigurationError) -> Location {
        guard let colon = rest.lastIndex(of: ":") else {
            throw MeshConfigurationError(reason: "\(text): the port is missing")
        }
        guard let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
            throw MeshConfigurationError(reason: "\(text): the port is not between 1 and 65535")
        }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "," }) else {
            throw MeshConfigurationError(reason: "\(text): the host is missing or malformed")
        }
        return .tcp(host: String(host), port: port)
    }

    /// Reads a comma-separated list of at least one address.
    public static func list(_ text: String) throws(MeshConfigurationError) -> [MeshAddress] {
        var addresses: [MeshAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var part = part.drop { $0 == " " }
            while part.last == " " { part.removeLast() }
            let address = try MeshAddress(parsing: String(part))
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    public var description: String {
        switch location {
        case .tcp(let host, let port) where host.contains(":"): "tcp://[\(host)]:\(port)"
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .ipc(let path): "ipc://\(path)"
        }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

/// A setting of the mesh that cannot be used.
public struct MeshConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One clear line for the operator.
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }

    public var description: String { reason }
}
