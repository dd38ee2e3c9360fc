import Foundation

/// A TCP connection whose calls wait, up to a time limit.
final class SocketStream: Sendable {
    private let descriptor: CInt

    init(host: String, port: Int, timeout: Duration) throws {
        let addresses = try unsafe Self.addresses(host, port)
        defer { unsafe freeaddrinfo(addresses) }
        descriptor = unsafe socket(
            addresses.pointee.ai_family,
            CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw Failure("There are no more sockets") }
        var one: CInt = 1
        unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        limit(timeout)
        guard unsafe connect(descriptor, addresses.pointee.ai_addr, addresses.pointee.ai_addrlen) == 0 else {
            throw Failure("Nobody listens on \(host):\(port)")  // all of us is there by now, so `deinit` closes
        }
    }

    /// What the name stands for now; the first is taken.
    private static func addresses(_ host: String, _ port: Int) throws -> UnsafeMutablePointer<addrinfo> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let found = unsafe found else {
            throw Failure("There is no host called \(host)")
        }
        return unsafe found
    }

    deinit {
        close(descriptor)
    }

    /// Sets how long a call may wait from now on.
    func limit(_ time: Duration) {
        let microseconds = max(1, Int(time / .microseconds(1)))
        var limit = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// Sends all of it, or as much as the other side takes before it answers: a refusal may come before the end.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EPIPE || errno == ECONNRESET { return }
            guard count > 0 else { throw Failure("The other side takes no more") }
            rest = rest.dropFirst(count)
        }
    }

    /// What has arrived, at least a byte; empty at the end.
    func read() throws -> [UInt8] {
        try unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            let received = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if received < 0, errno == EAGAIN { throw TimedOut() }
            count = max(0, received)  // a reset connection is at its end as well
        }
    }

    /// Nothing came in time.
    struct TimedOut: Error, CustomStringConvertible {
        let description = "No answer came in time"
    }
}
