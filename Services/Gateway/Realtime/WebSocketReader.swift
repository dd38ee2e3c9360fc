import NIOCore

/// Reads WebSocket frames from a client (RFC 6455 §5) and joins fragments to messages.
///
/// It does no I/O. Lengths are checked before their bytes arrive, so at most one message is held.
struct WebSocketReader {
    /// The result of a frame.
    enum Event: Equatable {
        case text([UInt8])
        case binary
        /// A fragment of an unfinished message.
        case fragment
        case ping([UInt8])
        case pong
        /// The code is `nil` if the client gave none.
        case close(UInt16?)
    }

    /// The reason to close the connection; the raw value is the close code sent to the client (RFC 6455 §7.4.1).
    enum Fault: UInt16, Error {
        case protocolError = 1002
        case invalidText = 1007
        case tooLarge = 1009
    }

    private enum Opcode: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    private struct Header {
        let opcode: Opcode
        let isFinal: Bool
        let length: Int
        /// In bytes, including the mask.
        let size: Int
    }

    private let maximumSize: Int
    private var buffer = ByteBuffer()
    /// The message whose fragments are being collected.
    private var message: (opcode: Opcode, bytes: [UInt8])?

    /// - Parameter maximumSize: The maximum size of a message, in bytes.
    init(maximumSize: Int) { self.maximumSize = maximumSize }

    /// The bytes held of incomplete messages.
    var heldBytes: Int { buffer.readableBytes + (message?.bytes.count ?? 0) }

    /// Appends received bytes.
    mutating func receive(_ bytes: ByteBuffer) {
        guard buffer.readableBytes > 0 else { return buffer = bytes }
        buffer.discardReadBytes()
        buffer.writeImmutableBuffer(bytes)
    }

    /// Reads the next frame.
    ///
    /// - Returns: `nil` while the frame is incomplete.
    /// - Throws: `Fault`, after which nothing can be read.
    mutating func next() throws(Fault) -> Event? {
        guard let header = try header(), buffer.readableBytes >= header.size + header.length else {
            compact()
            return nil
        }
        buffer.moveReaderIndex(forwardBy: header.size - 4)
        guard let mask = buffer.readBytes(length: 4), var payload = buffer.readBytes(length: header.length) else {
            return nil
        }
        for index in payload.indices { payload[index] ^= mask[index & 3] }
        return try header.opcode.isControl ? Self.control(header.opcode, payload) : data(header, payload)
    }

    /// Releases memory once little or nothing of it is in use.
    private mutating func compact() {
        guard buffer.readableBytes * 4 < buffer.storageCapacity else { return }
        buffer = ByteBuffer(bytes: buffer.readableBytesView)
    }

    /// - Returns: `nil` while the header is incomplete.
    private func header() throws(Fault) -> Header? {
        let start = buffer.readerIndex
        guard let bytes = buffer.getBytes(at: start, length: 2) else { return nil }
        // Without a negotiated extension, reserved bits must be 0; and a client masks every frame (§5.1, §5.2).
        guard bytes[0] & 0x70 == 0, bytes[1] & 0x80 != 0, let opcode = Opcode(rawValue: bytes[0] & 0x0F) else {
            throw .protocolError
        }
        let isFinal = bytes[0] & 0x80 != 0
        let short = Int(bytes[1] & 0x7F)
        guard !opcode.isControl || isFinal && short <= 125 else { throw .protocolError }
        guard opcode.isControl || (opcode == .continuation) == (message != nil) else { throw .protocolError }
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard let digits = buffer.getBytes(at: start + 2, length: extra) else { return nil }
        let long = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The length must have its shortest form, with the highest bit 0 (§5.2).
        guard extra == 0 || long > (extra == 2 ? 125 : 65_535) && long >> 63 == 0 else { throw .protocolError }
        let length = extra == 0 ? UInt64(short) : long
        guard opcode.isControl || length <= UInt64(maximumSize - (message?.bytes.count ?? 0)) else { throw .tooLarge }
        return Header(opcode: opcode, isFinal: isFinal, length: Int(length), size: 2 + extra + 4)
    }

    private mutating func data(_ header: Header, _ payload: [UInt8]) throws(Fault) -> Event {
        let opcode = message?.opcode ?? header.opcode
        var bytes = message?.bytes ?? []
        message = nil  // so that appending does not copy
        bytes += payload
        guard header.isFinal else {
            message = (opcode, bytes)
            return .fragment
        }
        guard opcode == .text else { return .binary }
        guard Self.isText(bytes) else { throw .invalidText }
        return .text(bytes)
    }

    private static func control(_ opcode: Opcode, _ payload: [UInt8]) throws(Fault) -> Event {
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong
        case .close, .continuation, .text, .binary:
            guard !payload.isEmpty else { return .close(nil) }
            guard payload.count >= 2 else { throw .protocolError }
            let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
            guard isCode(code) else { throw .protocolError }
            guard isText(payload.dropFirst(2)) else { throw .invalidText }
            return .close(code)
        }
    }

    /// Tells whether an endpoint may send this code: one of RFC 6455, of IANA's registry or of applications.
    private static func isCode(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    private static func isText(_ bytes: some Sequence<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }
}
