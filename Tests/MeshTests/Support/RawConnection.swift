import Foundation
import Mesh

/// A TCP connection without any library between: what is written is what travels.
final class RawConnection {
    private let descriptor: Int32

    /// Connects to `tcp://127.0.0.1:port`.
    init(to address: MeshAddress) throws {
        descriptor = try Self.open()
        let port = UInt16(address.description.split(separator: ":").last ?? "") ?? 0
        guard unsafe Self.withAddress(port, { unsafe connect(descriptor, $0, $1) }) == 0 else { throw Self.failure() }
    }

    private init(accepted: Int32) {
        descriptor = accepted
    }

    deinit { close(descriptor) }

    private static func open() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw failure() }
        return descriptor
    }

    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

    private static func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Writes all of it, or as much as the peer takes before it hangs up.
    func write(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(
                    descriptor,
                    $0.baseAddress?.advanced(by: offset),
                    bytes.count - offset,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return }
            offset += count
        }
    }

    /// What the protocol begins a connection with: "I am of this kind".
    func greet(as kind: UInt16) {
        write([0, 0x53, 0x50, 0, UInt8(kind >> 8), UInt8(kind & 0xff), 0, 0])
    }

    /// A whole message as TCP carries it: its length and itself.
    static func frame(_ message: [UInt8], length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(message.count)
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) } + message
    }

    /// Listens at a port of its own and accepts connections one after the other.
    final class Listener: Sendable {
        private let descriptor: Int32
        let address: MeshAddress

        init(at address: MeshAddress) throws {
            self.address = address
            descriptor = try RawConnection.open()
            var yes: Int32 = 1
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            let port = UInt16(address.description.split(separator: ":").last ?? "") ?? 0
            let descriptor = descriptor
            let isBound = unsafe RawConnection.withAddress(port) { unsafe bind(descriptor, $0, $1) } == 0
            guard isBound, listen(descriptor, 64) == 0 else { throw RawConnection.failure() }
        }

        deinit { close(descriptor) }

        /// The next connection.
        func accept() -> RawConnection? {
            let accepted = Foundation.accept(descriptor, nil, nil)
            return accepted >= 0 ? RawConnection(accepted: accepted) : nil
        }
    }
}
