import Glibc

/// An IPv4 address and port to listen on, such as `127.0.0.1:9100`.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: UInt16

    /// - Returns: `nil` unless the text is `<IPv4 address>:<port>`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, String(parts[0]), &address) == 1 else { return nil }
        self.host = String(parts[0])
        self.port = port
    }

    public var description: String { "\(host):\(port)" }

    /// Opens a listening TCP socket.
    ///
    /// - Throws: `SocketError` when the port is taken or the address is not this machine's.
    func listen() throws(SocketError) -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var one: CInt = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        guard unsafe withSocketAddress({ unsafe bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 16) == 0
        else {
            let error = SocketError(address: self, code: errno)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    func connect() throws(SocketError) -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard unsafe withSocketAddress({ unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let error = SocketError(address: self, code: errno)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        unsafe inet_pton(AF_INET, host, &address.sin_addr)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Why a socket could not be opened.
struct SocketError: Error, CustomStringConvertible {
    let address: SocketAddress
    let code: CInt
    var description: String { unsafe "\(address): \(String(cString: strerror(code)))" }
}
