/// A text of several SQL statements, split where PostgreSQL splits it.
///
/// Strings, quoted names, dollar quotes and comments are read as wholes, so that nothing within them counts.
package struct SQLScript: Sendable {
    /// The statements in order, without the semicolons between them.
    package let statements: [SQLStatement]

    /// Splits a text; what is left open ends with the text.
    package init(_ text: String) {
        var scanner = SQLScanner(text)
        var statements: [SQLStatement] = []
        var current = SQLStatement()
        var (parentheses, blocks) = (0, 0)
        while let token = scanner.next() {
            guard token.kind != .comment else {
                current.comments.append(token)
                continue
            }
            switch token.text {
            case "(" where token.kind == .symbol: parentheses += 1
            case ")" where token.kind == .symbol: parentheses -= 1
            // The body of a function in standard SQL has semicolons of its own.
            case "atomic" where token.kind == .word && current.tokens.last?.isWord("begin") == true: blocks = 1
            case "case" where token.kind == .word && blocks > 0: blocks += 1
            case "end" where token.kind == .word && blocks > 0: blocks -= 1
            case ";" where token.kind == .symbol && parentheses <= 0 && blocks == 0:
                current.finish(in: scanner, to: &statements)
                continue
            default: break
            }
            current.tokens.append(token)
        }
        current.finish(in: scanner, to: &statements)
        self.statements = statements
    }
}

/// One statement of a script.
package struct SQLStatement: Sendable {
    /// The words, values and symbols in order, without comments.
    package fileprivate(set) var tokens: [SQLToken] = []
    /// The comments above and within it.
    package fileprivate(set) var comments: [SQLToken] = []
    /// The statement as it was written, without comments above it.
    package fileprivate(set) var text = ""

    /// Appends itself to `statements`, unless it has no tokens, and begins the next one.
    fileprivate mutating func finish(in scanner: SQLScanner, to statements: inout [SQLStatement]) {
        if let first = tokens.first, let last = tokens.last {
            text = scanner.text(from: first.start, to: last.end)
            statements.append(self)
        }
        self = SQLStatement()
    }
}

/// A word, value, symbol or comment of a script.
package struct SQLToken: Sendable {
    package enum Kind: Sendable {
        /// A keyword or a name without quotes.
        case word
        /// A name in double quotes.
        case name
        /// A string, in single quotes or between dollar signs.
        case string
        case number
        /// One character.
        case symbol
        case comment
    }

    package let kind: Kind
    /// A word in lower case, as PostgreSQL reads it; a name without its quotes; anything else as it was written.
    package let text: String
    /// The line that it begins on, from 1.
    package let line: Int
    fileprivate let start: Int
    fileprivate let end: Int

    /// Tells whether it is this keyword, given in lower case.
    package func isWord(_ word: String) -> Bool { kind == .word && text == word }

    /// Tells whether it is this character.
    package func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
}

/// Reads tokens from left to right.
private struct SQLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) { bytes = Array(text.utf8) }

    func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    /// The next token, or `nil` at the end of the text.
    mutating func next() -> SQLToken? {
        while let byte = peek(), Self.isSpace(byte) { advance() }
        guard let byte = peek() else { return nil }
        let (start, line) = (position, line)
        let kind = read(byte)
        let written = text(from: start, to: position)
        let text =
            switch kind {
            case .word: written.lowercased()
            case .name: String(written.dropFirst().dropLast()).replacing("\"\"", with: "\"")
            case .string, .number, .symbol, .comment: written
            }
        return SQLToken(kind: kind, text: text, line: line, start: start, end: position)
    }

    /// Passes over one token that begins with `byte`.
    private mutating func read(_ byte: UInt8) -> SQLToken.Kind {
        switch (byte, peek(1)) {
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
            return .comment
        case (UInt8(ascii: "/"), UInt8(ascii: "*")):
            skipBlockComment()
            return .comment
        case (UInt8(ascii: "'"), _):
            skipQuoted(by: byte)
            return .string
        case (UInt8(ascii: "\""), _):
            skipQuoted(by: byte)
            return .name
        case (UInt8(ascii: "e"), UInt8(ascii: "'")), (UInt8(ascii: "E"), UInt8(ascii: "'")):
            advance()
            skipQuoted(by: UInt8(ascii: "'"), escapes: true)
            return .string
        case (UInt8(ascii: "$"), _) where skipDollarQuoted():
            return .string
        case _ where Self.isDigit(byte):
            while let byte = peek(), Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".") {
                advance()
            }
            return .number
        case _ where Self.isLetter(byte):
            while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "$") {
                advance()
            }
            return .word
        default:
            advance()
            return .symbol
        }
    }

    /// Passes over a comment, which may hold others.
    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            switch (peek(), peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                depth += 1
                advance(2)
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                depth -= 1
                advance(2)
            default: advance()
            }
        } while depth > 0 && peek() != nil
    }

    /// Passes over what stands in quotes; a doubled quote stands for one, and with `escapes` a backslash spares the
    /// next.
    private mutating func skipQuoted(by quote: UInt8, escapes: Bool = false) {
        advance()
        while let byte = peek() {
            if byte == quote, peek(1) != quote { return advance() }
            let isPair = byte == quote || escapes && byte == UInt8(ascii: "\\")
            advance(isPair ? 2 : 1)
        }
    }

    /// Passes over `$tag$ … $tag$`.
    ///
    /// - Returns: Whether there was one; otherwise nothing was passed over.
    private mutating func skipDollarQuoted() -> Bool {
        var end = position + 1
        while end < bytes.count, Self.isLetter(bytes[end]) || end > position + 1 && Self.isDigit(bytes[end]) {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return false }
        let delimiter = bytes[position...end]
        advance(delimiter.count)
        while position < bytes.count, !bytes[position...].starts(with: delimiter) { advance() }
        advance(delimiter.count)
        return true
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Names may hold any character beyond ASCII.
    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
