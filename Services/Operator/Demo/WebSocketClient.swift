import Foundation
import OpenSSL

/// The client's side of RFC 6455, as far as text messages need it.
///
/// One task at a time uses it.
final class WebSocketClient {
    enum Message: Equatable {
        case text(String)
        case closed(code: Int, reason: String)
    }

    private let stream: SocketStream
    private var received: [UInt8] = []

    /// Opens a connection.
    ///
    /// - Throws: `Failure` with the status when the server answers with anything but the upgrade.
    init(
        host: String = "127.0.0.1",
        port: Int,
        path: String,
        headers: [(String, String)] = [],
        timeout: Duration = .seconds(10)
    ) async throws {
        let key = Data(SecureRandom.bytes(16)).base64EncodedString()
        var head = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let request = Array((head + "\r\n").utf8)
        stream = try await blocking {
            let stream = try SocketStream(host: host, port: port, timeout: timeout)
            try stream.write(request)
            return stream
        }
        let end = Array("\r\n\r\n".utf8)
        while received.firstRange(of: end) == nil { try await receiveMore(timeout) }
        guard let head = received.firstRange(of: end) else { return }
        let status = String(decoding: received[..<head.lowerBound], as: UTF8.self).split(separator: " ").dropFirst()
            .first
        guard status == "101" else { throw Failure("No WebSocket at \(path): status \(status ?? "missing")") }
        received.removeSubrange(..<head.upperBound)
    }

    func send(_ text: String) throws { try send(opcode: 1, Array(text.utf8)) }

    func close() throws { try send(opcode: 8, [0x03, 0xE8]) }

    /// Waits for the next message; answers pings meanwhile.
    ///
    /// - Throws: `SocketStream.TimedOut` when none comes in time.
    func next(within timeout: Duration) async throws -> Message {
        let deadline = ContinuousClock.now + timeout
        var text: [UInt8] = []
        while true {
            let (isFinal, opcode, payload) = try await nextFrame(until: deadline)
            switch opcode {
            case 0, 1:
                text += payload
                if isFinal { return .text(String(decoding: text, as: UTF8.self)) }
            case 8:
                let code = payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 1005
                return .closed(code: code, reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
            case 9: try send(opcode: 10, payload)
            default: break
            }
        }
    }

    private func nextFrame(until deadline: ContinuousClock.Instant) async throws -> (Bool, UInt8, [UInt8]) {
        while true {
            if let frame = takeFrame() { return frame }
            let timeLeft = deadline - .now
            guard timeLeft > .zero else { throw SocketStream.TimedOut() }
            do { try await receiveMore(timeLeft) } catch is EndOfStream { return (true, 8, Self.cutOff) }
        }
    }

    /// A whole frame from what has arrived; a server's frames are not masked.
    private func takeFrame() -> (Bool, UInt8, [UInt8])? {
        guard received.count >= 2 else { return nil }
        var size = Int(received[1] & 0x7F)
        let extra = size == 126 ? 2 : size == 127 ? 8 : 0
        guard received.count >= 2 + extra else { return nil }
        if extra > 0 { size = received[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) } }
        guard received.count >= 2 + extra + size else { return nil }
        let frame = (received[0] & 0x80 != 0, received[0] & 0x0F, Array(received[(2 + extra)...].prefix(size)))
        received.removeFirst(2 + extra + size)
        return frame
    }

    /// A client masks what it sends (§5.3).
    private func send(opcode: UInt8, _ payload: [UInt8]) throws {
        let mask = SecureRandom.bytes(4)
        var frame: [UInt8] = [0x80 | opcode]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        frame += mask
        for (index, byte) in payload.enumerated() { frame.append(byte ^ mask[index % 4]) }
        try stream.write(frame)
    }

    private struct EndOfStream: Error {}

    /// What a close frame would carry if there had been one: 1006 (§7.4.1).
    private static let cutOff: [UInt8] = [0x03, 0xEE]

    private func receiveMore(_ timeout: Duration) async throws {
        let stream = stream
        let bytes = try await blocking {
            stream.limit(timeout)
            return try stream.read()
        }
        guard !bytes.isEmpty else { throw EndOfStream() }
        received += bytes
    }
}
