import Contracts
import Foundation
import Mesh
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Gateway

@Suite("The log of anonymous answers") struct AnonymousLogTests {
    private final class Output: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var lines: [String] {
            String(decoding: bytes.withLock(\.self), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private func exchange(_ id: String, isAnonymous: Bool) throws -> Exchange {
        let form = FormID()
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/api/v1/forms/\(form)/responses")
        head.headers.add(name: "X-Request-Id", value: id)
        let exchange = Exchange(
            head,
            peer: IPAddress("203.0.113.7"),
            proxies: TrustedProxies(ranges: []),
            tracer: nil
        )
        exchange.isAnonymous = isAnonymous
        return exchange
    }

    @Test(
        "A line about an anonymous answer names no person, address, id, path or second, and waits for its minute's end"
    )
    func lines() throws {
        let output = Output()
        let log = AccessLog(isEnabled: true) { bytes in output.bytes.withLock { $0 += bytes } }
        var exchanges: [Exchange] = []
        for number in 0..<50 {
            let exchange = try exchange("request-\(number)", isAnonymous: number.isMultiple(of: 2))
            exchanges.append(exchange)
            log.record(exchange, status: 201, bytes: 100)
        }
        log.flush(isLast: true)
        #expect(output.lines.count == 50)
        let anonymous = output.lines.filter { !$0.contains("requestId") }
        #expect(anonymous.count == 25)
        #expect(output.lines.suffix(25).elementsEqual(anonymous), "they come after what is told in order")
        for (number, exchange) in exchanges.enumerated() {
            let traces = output.lines.filter { line in
                line.contains("\"request-\(number)\"") || line.contains(exchange.trace.traceID)
            }
            #expect(traces.count == (number.isMultiple(of: 2) ? 0 : 1))
        }
        for line in anonymous {
            let json = try JSONParser.parse(Array(line.utf8))
            #expect(json["timestamp"]?.stringValue?.contains(":00.") ?? false || line.contains(":00Z"))
            #expect(json["metadata"]?["status"] == 201)
            for name in ["user", "address", "path", "microseconds", "hops", "bytes"] {
                #expect(json["metadata"]?[name] == nil)
            }
        }
    }

    @Test("nginx gets the header of an anonymous reply once, and never for another reply")
    func header() throws {
        let reply = MeshReply(
            status: 201,
            headers: [MeshField(AnonymousReply.header, "1"), MeshField("location", "/x")]
        )
        let response = Response(reply, requestID: "r", hasToken: true)
        #expect(response.headers.map(\.0) == ["location"])
        func fields(isAnonymous: Bool) throws -> Int {
            let buffer = ResponseWriter.buffer(
                for: response,
                to: try exchange("r", isAnonymous: isAnonymous),
                date: "",
                closes: false,
                allocator: ByteBufferAllocator()
            )
            return String(buffer: buffer).components(separatedBy: "\(AnonymousReply.header): 1\r\n").count - 1
        }
        #expect(try fields(isAnonymous: true) == 1)
        #expect(try fields(isAnonymous: false) == 0)
    }
}
