/// Why a text is no JSON that we accept.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    public let message: String
    /// Where in the text, in bytes from its start.
    public let offset: Int

    public var description: String { "\(message) at byte \(offset)" }
}

/// Reads a JSON text strictly: RFC 8259 with I-JSON's rules (RFC 7493) that names are unique and text is valid UTF-8.
///
/// Also refused is what PostgreSQL's `jsonb` cannot hold, so that bad input never becomes a server error: the character
/// NUL, and numbers beyond a double's range. In a request these are the fault of a field, which its type reports.
public struct JSONParser {
    /// How deep arrays and objects may nest.
    ///
    /// A body may nest less, since what it brings becomes part of deeper documents.
    public static let maximumDepth = 128
    /// The greatest nesting depth of a client's body.
    public static let maximumRequestDepth = 64
    /// The most values that a client's body may have, nested ones included.
    ///
    /// A value takes up to 24 bytes of memory in an array and 100 in an object, but as few as two in the text.
    public static let maximumRequestValues = 150_000

    private let bytes: [UInt8]
    private let maximumDepth: Int
    private let maximumValues: Int
    private let isRequest: Bool
    private let takesAnyMarks: Bool
    private var position = 0
    private var depth = 0
    private var values = 0

    private init(_ bytes: [UInt8], maximumDepth: Int, maximumValues: Int, isRequest: Bool, takesAnyMarks: Bool) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.maximumValues = maximumValues
        self.isRequest = isRequest
        self.takesAnyMarks = takesAnyMarks
    }

    /// Parses a whole text.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8, without a byte order mark.
    ///   - maximumDepth: How deep arrays and objects may nest.
    /// - Returns: The text as a tree.
    /// - Throws: `JSONSyntaxError` with the first fault.
    public static func parse(
        _ bytes: [UInt8],
        maximumDepth: Int = JSONParser.maximumDepth
    ) throws(JSONSyntaxError) -> JSONValue {
        try parse(bytes, maximumDepth: maximumDepth, isRequest: false)
    }

    /// Parses the body of a request, whose fields report for themselves what cannot be stored: see `JSONValue.isStorable`.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - isFromService: Whether a service sent it: wrapped around a client's body, it may exceed a client's limits.
    /// - Returns: The body as a tree.
    /// - Throws: `JSONSyntaxError` with the first fault.
    static func parse(request bytes: [UInt8], isFromService: Bool) throws(JSONSyntaxError) -> JSONValue {
        try parse(
            bytes,
            maximumDepth: isFromService ? maximumDepth : maximumRequestDepth,
            maximumValues: isFromService ? .max : maximumRequestValues,
            isRequest: true
        )
    }

    /// Parses the content of a cursor, which is short and only compared as bytes.
    ///
    /// The folded text that a list is sorted by may have more combining marks in a row than the text itself.
    static func parse(cursor bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        try parse(bytes, maximumDepth: 1, isRequest: false, takesAnyMarks: true)
    }

    private static func parse(
        _ bytes: [UInt8],
        maximumDepth: Int,
        maximumValues: Int = .max,
        isRequest: Bool,
        takesAnyMarks: Bool = false
    ) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(
            bytes,
            maximumDepth: maximumDepth,
            maximumValues: maximumValues,
            isRequest: isRequest,
            takesAnyMarks: takesAnyMarks
        )
        parser.skipWhitespace()
        let value = try parser.value()
        parser.skipWhitespace()
        guard parser.position == bytes.count else { throw parser.error("Unexpected text after the value") }
        return value
    }

    private func error(_ message: String) -> JSONSyntaxError {
        JSONSyntaxError(message: message, offset: position)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        guard let first = current else { throw error("The text ends before the value is complete") }
        values += 1
        guard values <= maximumValues else {
            throw error("The text has more than \(maximumValues) values")
        }
        switch first {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw error("Expected a JSON value")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        let text = Array(word.description.utf8)
        guard bytes[position...].starts(with: text) else { throw error("Expected a JSON value") }
        position += text.count
        return value
    }

    private mutating func enter() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= maximumDepth else { throw error("The value nests deeper than \(maximumDepth) levels") }
        position += 1
        skipWhitespace()
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var object = JSONObject()
        if current == UInt8(ascii: "}") {
            position += 1
            return object
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw error("A member's name is missing") }
            let start = position
            let name = try string()
            guard !name.utf8.contains(0) else { throw error("A name contains the character NUL") }
            skipWhitespace()
            guard current == UInt8(ascii: ":") else { throw error("A colon is missing after a member's name") }
            position += 1
            skipWhitespace()
            guard object.insert(name, try value()) else {
                throw JSONSyntaxError(message: "An object has the name \(Self.quoted(name)) twice", offset: start)
            }
            skipWhitespace()
            guard try more(until: UInt8(ascii: "}")) else { return object }
        }
    }

    /// The beginning of a name, for a message.
    private static func quoted(_ name: String) -> String {
        "\"\(String(String.UnicodeScalarView(name.unicodeScalars.prefix(80))))\""
    }

    private mutating func array() throws(JSONSyntaxError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value())
            skipWhitespace()
            guard try more(until: UInt8(ascii: "]")) else { return elements }
        }
    }

    /// Steps over a comma, or over the closing bracket and answers `false`.
    private mutating func more(until end: UInt8) throws(JSONSyntaxError) -> Bool {
        switch current {
        case UInt8(ascii: ","):
            position += 1
            skipWhitespace()
            return true
        case end:
            position += 1
            return false
        default:
            throw error("A comma or a closing bracket is missing")
        }
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let leading = current
        try digits()
        if leading == UInt8(ascii: "0"), position - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
            throw error("A number has a leading zero")
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isRequest { return text }
        guard position - start <= JSONNumber.maximumLength, let number = Double(text), number.isFinite else {
            throw error("A number is out of range")
        }
        return text
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw error("A digit is missing in a number") }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw error("A string contains a control character that is not escaped") }
            position += 1
        }
        guard current == UInt8(ascii: "\"") else { return try escapedString(from: start) }
        defer { position += 1 }
        return try text(bytes[start..<position], from: start)
    }

    private func text(_ utf8: some Sequence<UInt8>, from start: Int) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONSyntaxError(message: "A string is not valid UTF-8", offset: start)
        }
        guard takesAnyMarks || (isRequest ? StreamSafeText.isSafe(folding: text) : StreamSafeText.isSafe(text)) else {
            throw JSONSyntaxError(
                message: "A string has more than \(StreamSafeText.longestRun) combining marks in a row",
                offset: start
            )
        }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var content = Array(bytes[start..<position])
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text(content, from: start)
            case UInt8(ascii: "\\"):
                position += 1
                try appendEscape(to: &content)
            case 0..<0x20:
                throw error("A string contains a control character that is not escaped")
            default:
                content.append(byte)
                position += 1
            }
        }
        throw error("A string is not closed")
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(JSONSyntaxError) {
        guard let escape = current else { throw error("A string is not closed") }
        position += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(escape)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw error("A string contains an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try hexadecimal()
        var code = first
        if (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\"),
            bytes.dropFirst(position + 1).first == UInt8(ascii: "u")
        {
            position += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else { throw error("A string contains an unpaired surrogate") }
            code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("A string contains an unpaired surrogate") }
        guard code != 0 || isRequest else { throw error("A string contains the character NUL") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("An escape in a string needs four hexadecimal digits") }
        position += 4
        return code
    }
}

extension JSONValue {
    /// Parses a JSON text; see `JSONParser`.
    public init(parsing text: String) throws(JSONSyntaxError) {
        self = try JSONParser.parse(Array(text.utf8))
    }
}
