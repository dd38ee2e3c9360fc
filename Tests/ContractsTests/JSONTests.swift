import Contracts
import TestKit
import Testing

@Suite("JSON")
struct JSONTests {
    @Test("What is written reads back as itself", arguments: Seed.batch(200))
    func writingInvertsParsing(seed: Seed) throws {
        var random = seed.generator
        let value = JSONValue.random(depth: 4, using: &random)
        #expect(try JSONParser.parse(value.bytes) == value)
    }

    @Test("Any bytes parse or are refused, and what parses survives a round trip", arguments: Seed.batch(200))
    func arbitraryBytesNeverTrap(seed: Seed) throws {
        var random = seed.generator
        var bytes = JSONValue.random(depth: 3, using: &random).bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        guard let value = try? JSONParser.parse(bytes) else { return }
        #expect(try JSONParser.parse(value.bytes) == value)
    }

    @Test(
        "Texts that are no JSON are refused",
        arguments: [
            "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "-", "1.", ".5", "1e", "1e999", "+1", "NaN",
            "tru", "nul", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\u0000\"", "\"\u{1}\"", "1 2",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1,\"a\":2}", "\u{FEFF}1",
        ]
    )
    func malformedTextIsRefused(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test("Invalid UTF-8 is refused inside of strings")
    func invalidUTF8IsRefused() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
            #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
        }
    }

    @Test("Nesting is bounded")
    func depthIsBounded() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONParser.parse(nested(JSONParser.maximumDepth)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(JSONParser.maximumDepth + 1)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(nested(100_000)) }
    }

    @Test("Escapes mean what RFC 8259 says")
    func escapes() throws {
        let text = #""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#
        #expect(try JSONValue(parsing: text) == .string("a\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1F600}"))
    }

    @Test("Digits survive as they were written")
    func numbersStayExact() throws {
        for digits in ["9007199254740993", "0.1", "-1.50", "1E5", "123456789012345678901234567890"] {
            #expect(try JSONValue(parsing: digits).text == digits)
        }
    }
}

extension JSONValue {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: .integer(Int.random(in: -1_000_000...1_000_000, using: &random))
        case 3: .number(String(Double.random(in: -1e9...1e9, using: &random)))
        case 4: .string(.random(using: &random))
        case 5:
            .array((0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0...4, using: &random)).map {
                        ("\($0)\(String.random(using: &random))", .random(depth: depth - 1, using: &random))
                    }
                )
            )
        }
    }
}

extension String {
    /// Up to a dozen scalars from everywhere, controls and astral planes too, without NUL.
    static func random(using random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0...3, using: &random) {
                case 0: 1...0x1F
                case 1: 0x20...0x7E
                case 2: 0x80...0xD7FF
                default: 0x1F300...0x1F6FF
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
