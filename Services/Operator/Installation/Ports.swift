import Glibc

/// Ports of the loopback address.
struct Ports {
    private var next: Int
    private let reserved: Int

    /// - Parameters:
    ///   - first: The lowest port to use.
    ///   - reserved: A port to leave free, for somebody who does not listen on it yet.
    init(from first: Int, reserving reserved: Int) {
        next = first
        self.reserved = reserved
    }

    /// Another port that nobody listens on now.
    mutating func free() throws -> Int {
        while next < 32_768 {
            defer { next += 1 }
            if next != reserved, Self.isFree(next) { return next }
        }
        throw Failure("There is no free port left below 32768")
    }

    static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var one: CInt = 1  // or a port just left would count as taken for a minute
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        return unsafe withLoopbackAddress(port: port) { unsafe bind(descriptor, $0, $1) } == 0
    }
}

/// Calls a socket function with `127.0.0.1:port`.
func withLoopbackAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
