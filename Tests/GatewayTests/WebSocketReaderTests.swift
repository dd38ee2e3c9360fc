import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

/// A client's frame, valid or not.
struct ClientFrame {
    var first: UInt8
    var payload: [UInt8] = []
    var isMasked = true
    /// The declared length; `nil` for the payload's, in its shortest form.
    var length: [UInt8]?

    var bytes: [UInt8] {
        let mask: [UInt8] = [9, 8, 7, 6]
        let short: [UInt8] =
            switch payload.count {
            case ..<126: [UInt8(payload.count)]
            case ..<65_536: [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
            default: [127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
            }
        var said = length ?? short
        if isMasked { said[0] |= 0x80 }
        let body = isMasked ? mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] } : payload
        return [first] + said + body
    }
}

@Suite("Frames of clients")
struct WebSocketReaderTests {
    /// Violations of RFC 6455, and the close codes that report them.
    static let faults: [(name: String, bytes: [UInt8], code: UInt16)] = [
        ("unmasked", ClientFrame(first: 0x81, payload: [97], isMasked: false).bytes, 1002),
        ("an unmasked pong", ClientFrame(first: 0x8A, isMasked: false).bytes, 1002),
        ("the first reserved bit", ClientFrame(first: 0xC1, payload: [97]).bytes, 1002),
        ("the second reserved bit", ClientFrame(first: 0xA1, payload: [97]).bytes, 1002),
        ("the third reserved bit", ClientFrame(first: 0x91, payload: [97]).bytes, 1002),
        ("a reserved bit of a control frame", ClientFrame(first: 0xC9).bytes, 1002),
        ("an opcode 3", ClientFrame(first: 0x83).bytes, 1002),
        ("an opcode 7", ClientFrame(first: 0x87).bytes, 1002),
        ("an opcode 11", ClientFrame(first: 0x8B).bytes, 1002),
        ("an opcode 15", ClientFrame(first: 0x8F).bytes, 1002),
        ("a ping in fragments", ClientFrame(first: 0x09).bytes, 1002),
        ("a close in fragments", ClientFrame(first: 0x08).bytes, 1002),
        ("a long ping", ClientFrame(first: 0x89, payload: [UInt8](repeating: 1, count: 126)).bytes, 1002),
        ("a continuation of nothing", ClientFrame(first: 0x80, payload: [97]).bytes, 1002),
        (
            "a message within a message",
            ClientFrame(first: 0x01, payload: [97]).bytes + ClientFrame(first: 0x81, payload: [97]).bytes, 1002
        ),
        (
            "a length in more bytes than it needs", ClientFrame(first: 0x81, payload: [97], length: [126, 0, 1]).bytes,
            1002
        ),
        ("another", ClientFrame(first: 0x81, length: [127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]).bytes, 1002),
        (
            "a length with the highest bit", ClientFrame(first: 0x81, length: [127, 0x80, 0, 0, 0, 0, 0, 0, 0]).bytes,
            1002
        ),
        ("half a close code", ClientFrame(first: 0x88, payload: [3]).bytes, 1002),
        ("text that is no UTF-8", ClientFrame(first: 0x81, payload: [0xC3, 0x28]).bytes, 1007),
        ("a surrogate in text", ClientFrame(first: 0x81, payload: [0xED, 0xA0, 0x80]).bytes, 1007),
        (
            "half a character at the end of a message",
            ClientFrame(first: 0x01, payload: [97]).bytes + ClientFrame(first: 0x80, payload: [0xC3]).bytes, 1007
        ),
        ("a close reason that is no UTF-8", ClientFrame(first: 0x88, payload: [3, 0xE8, 0xFF]).bytes, 1007),
        ("a frame that is too long", ClientFrame(first: 0x81, length: [127, 0, 0, 0, 0, 0, 1, 0, 1]).bytes, 1009),
        (
            "a frame without an end",
            ClientFrame(first: 0x81, length: [127, 0x7F, 255, 255, 255, 255, 255, 255, 255]).bytes, 1009
        ),
        (
            "a message that is too long",
            ClientFrame(first: 0x01, payload: [UInt8](repeating: 97, count: 65_536)).bytes
                + ClientFrame(first: 0x80, payload: [97]).bytes, 1009
        ),
    ]

    /// Codes that no endpoint may send (RFC 6455 §7.4).
    static let badCodes: [UInt16] = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65_535]

    @Test("Violations of RFC 6455 get their close code", arguments: faults.indices)
    func refusals(index: Int) {
        let (name, bytes, code) = Self.faults[index]
        #expect(Self.read(bytes, in: [bytes.count]).fault?.rawValue == code, "\(name)")
    }

    @Test("Close codes that may not be sent are refused, and others are not", arguments: badCodes)
    func closeCodes(code: UInt16) {
        let frame = ClientFrame(first: 0x88, payload: [UInt8(code >> 8), UInt8(code & 255)])
        #expect(Self.read(frame.bytes, in: [8]).fault == .protocolError)
        for code: UInt16 in [1000, 1001, 1007, 1011, 1014, 3000, 4999] {
            let frame = ClientFrame(first: 0x88, payload: [UInt8(code >> 8), UInt8(code & 255)])
            #expect(Self.read(frame.bytes, in: [8]).events == [.close(code)])
        }
    }

    @Test("The bytes read the same however they are cut", arguments: Seed.batch(100))
    func cuts(seed: Seed) {
        var random = seed.generator
        var bytes: [UInt8] = []
        var expected: [WebSocketReader.Event] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let sizes = [0, 1, 125, 126, 127, 65_535, 65_536, .random(in: 0...2_000, using: &random)]
            let text = [UInt8](
                repeating: .random(in: 32...126, using: &random),
                count: sizes.randomElement(using: &random) ?? 0
            )
            let cut = text.count / .random(in: 1...3, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                bytes += ClientFrame(first: 0x81, payload: text).bytes
                expected.append(.text(text))
            case 1:
                bytes += ClientFrame(first: 0x01, payload: Array(text[..<cut])).bytes
                bytes += ClientFrame(first: 0x89, payload: [1, 2]).bytes  // control frames come in between
                bytes += ClientFrame(first: 0x80, payload: Array(text[cut...])).bytes
                expected += [.fragment, .ping([1, 2]), .text(text)]
            case 2:
                bytes += ClientFrame(first: 0x8A).bytes
                expected.append(.pong)
            default:
                bytes += ClientFrame(first: 0x82, payload: text).bytes
                expected.append(.binary)
            }
        }
        var cuts: [Int] = []
        while cuts.reduce(0, +) < bytes.count { cuts.append(.random(in: 1...30_000, using: &random)) }
        let outcome = Self.read(bytes, in: cuts)
        #expect(outcome.fault == nil && outcome.events == expected && outcome.held == 0)
    }

    private static func read(
        _ bytes: [UInt8],
        in cuts: [Int]
    ) -> (events: [WebSocketReader.Event], fault: WebSocketReader.Fault?, held: Int) {
        var reader = WebSocketReader(maximumSize: 65_536)
        var events: [WebSocketReader.Event] = []
        var rest = bytes[...]
        for cut in cuts {
            reader.receive(ByteBuffer(bytes: rest.prefix(cut)))
            rest = rest.dropFirst(cut)
            do throws(WebSocketReader.Fault) {
                while let event = try reader.next() { events.append(event) }
            } catch {
                return (events, error, reader.heldBytes)
            }
        }
        return (events, nil, reader.heldBytes)
    }
}

@Suite("What clients put into data")
struct OpaqueDataTests {
    @Test(
        "Any JSON is carried",
        arguments: [
            "1e999", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "\"\\ud800\"", "-0.0e-12", "[]", "{}", "[[],{}]", "null",
            "\"}\\\"\"",
            String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
            "\"" + String(repeating: "\u{301}\u{323}", count: 100) + "\"", "{\"data\":{\"data\":[1 , 2]}}", " true ",
            "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
        ]
    )
    func carried(data: String) throws {
        for text in [
            "{\"id\":1,\"connect\":{\"token\":\"t\",\"data\":\(data)}}",
            "{ \"id\" : 1 , \"connect\" : {\"data\" :\(data), \"token\":\"t\" } }",
        ] {
            guard case .call(1, .connect, let parameters)? = ClientCommand(Array(text.utf8)) else {
                Issue.record("\(text.prefix(200))")
                continue
            }
            #expect(parameters["token"] == "t")
        }
    }

    @Test(
        "Invalid JSON, and text elsewhere, is judged as before",
        arguments: [
            "{\"id\":1,\"connect\":{\"data\":nonsense}}", "{\"id\":1,\"connect\":{\"data\":[1}}",
            "{\"id\":1,\"connect\":{\"data\":}}",
            "{\"id\":1,\"connect\":{\"data\":01}}", "{\"id\":1,\"connect\":{\"data\":\"\\x\"}}",
            "{\"id\":1,\"connect\":{\"data\":1}",
            "{\"id\":1,\"connect\":{\"data\":\"a}}", "{\"id\":1,\"connect\":{\"a\":1e999}}",
            "{\"data\":1e999,\"id\":1,\"connect\":{}}",
            "{\"id\":1,\"connect\":{\"headers\":{\"data\":1e999}}}", "{\"id\":1,\"connect\":{\"data\":1}}x",
        ]
    )
    func judged(text: String) { #expect(ClientCommand(Array(text.utf8)) == nil) }
}
