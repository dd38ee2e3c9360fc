import Contracts
import Foundation
import TestKit

/// Sends bytes over a socket of its own and takes whatever comes back, without any HTTP library between.
enum HostileClient {
    struct Answer {
        let status: Int
        let body: [UInt8]

        /// What is wrong with the answer as one to a hostile request; `nil` when nothing is.
        var fault: String? {
            guard status >= 400 else { return nil }
            let json = try? JSONParser.parse(body)
            let code = json?["error"]?["code"]?.stringValue
            guard json?["success"] == false, let code, json?["statusCode"]?.intValue == status,
                json?["error"]?["message"]?.stringValue?.isEmpty == false,
                json?["requestId"]?.stringValue?.isEmpty == false
            else { return "\(status) without the envelope: \(String(decoding: body.prefix(200), as: UTF8.self))" }
            return status >= 500 && code != "SERVICE_UNAVAILABLE" ? "\(status) \(code)" : nil
        }
    }

    /// - Parameters:
    ///   - bytes: The request, whole or not.
    ///   - port: The gateway's.
    ///   - patience: Milliseconds until a request that nobody answers is taken for incomplete, and is ended so.
    /// - Returns: The answers, interim ones left out; none when the connection closed without any.
    /// - Throws: When there is no connection, or an answer is no HTTP.
    static func send(_ bytes: [UInt8], port: Int, patience: Int) throws -> [Answer] {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw Missing(what: "connection: \(errno)") }
        setTimeout(descriptor, SO_SNDTIMEO, milliseconds: 3_000)
        setTimeout(descriptor, SO_RCVTIMEO, milliseconds: patience)
        // A peer that has refused already may not take it all.
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        return try receive(descriptor)
    }

    private static func receive(_ descriptor: CInt) throws -> [Answer] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isHalfClosed = false
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
                if let answers = try answers(in: received), !answers.isEmpty { return answers }
                continue
            }
            let isTimeout = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
            guard isTimeout, !isHalfClosed else {
                guard !isTimeout else { throw Missing(what: "end of the connection") }
                return try answers(in: received) ?? []
            }
            // The request is not whole, and the peer waits for its rest: it gets none.
            shutdown(descriptor, CInt(SHUT_WR))
            setTimeout(descriptor, SO_RCVTIMEO, milliseconds: 5_000)
            isHalfClosed = true
        }
    }

    /// - Returns: `nil` while the last one is not whole.
    private static func answers(in received: [UInt8]) throws -> [Answer]? {
        var answers: [Answer] = []
        var rest = received[...]
        while !rest.isEmpty {
            guard let end = rest.indices.first(where: { rest[$0...].starts(with: [13, 10, 13, 10]) }) else {
                return nil
            }
            let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\r\n")
            let words = lines.first?.split(separator: " ") ?? []
            guard words.first == "HTTP/1.1", words.count > 1, let status = Int(words[1]) else {
                throw Missing(what: "a status line in \(lines)")
            }
            rest = rest[(end + 4)...]
            if status == 101 { return answers + [Answer(status: 101, body: [])] }
            if status < 200 { continue }
            let length =
                lines.first { $0.lowercased().hasPrefix("content-length:") }?
                .split(separator: ":").last.flatMap { Int($0.drop { $0 == " " }) } ?? 0
            guard rest.count >= length else { return nil }
            answers.append(Answer(status: status, body: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return answers
    }

    private static func setTimeout(_ descriptor: CInt, _ option: CInt, milliseconds: Int) {
        var time = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
        unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}
