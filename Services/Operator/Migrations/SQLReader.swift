import Postgres

/// Reads the tokens of a statement, or of a part of one, from left to right.
struct SQLReader {
    /// The tokens that are left.
    private(set) var tokens: ArraySlice<SQLToken>

    /// The line of the next token, from 1.
    var line: Int { tokens.first?.line ?? 1 }

    /// Reads from the first of these tokens on.
    init(_ tokens: ArraySlice<SQLToken>) { self.tokens = tokens }

    /// Tells whether this keyword, given in lower case, comes next.
    func isNext(_ word: String) -> Bool { tokens.first?.isWord(word) == true }

    /// Passes over these keywords, if they come next.
    ///
    /// - Returns: Whether they did; otherwise nothing was passed over.
    mutating func take(_ words: String...) -> Bool {
        guard tokens.count >= words.count, zip(tokens, words).allSatisfy({ $0.isWord($1) }) else { return false }
        tokens.removeFirst(words.count)
        return true
    }

    /// Reads a name.
    ///
    /// - Returns: The name without its schema; `nil` when no name comes next.
    mutating func name() -> String? {
        var name: String?
        while let token = tokens.first, token.kind == .word || token.kind == .name {
            name = token.text
            tokens.removeFirst()
            guard tokens.first?.isSymbol(".") == true else { break }
            tokens.removeFirst()
        }
        return name
    }

    /// Reads names with commas between them.
    mutating func names() -> [String] {
        var names: [String] = []
        while let name = name() {
            names.append(name)
            guard tokens.first?.isSymbol(",") == true else { break }
            tokens.removeFirst()
        }
        return names
    }

    /// Passes over everything up to and with this keyword, or everything when it is missing.
    mutating func skip(through word: String) {
        tokens = tokens.drop { !$0.isWord(word) }.dropFirst()
    }

    /// Tells whether these keywords follow each other somewhere, outside of parentheses or within.
    func contains(_ words: String...) -> Bool {
        tokens.indices.contains { index in
            let here = tokens[index...]
            return here.count >= words.count && zip(here, words).allSatisfy { $0.isWord($1) }
        }
    }

    /// Splits what is left at commas that are not in parentheses or brackets.
    func parts() -> [SQLReader] {
        var depth = 0
        return tokens.split { token in
            if token.isSymbol("(") || token.isSymbol("[") { depth += 1 }
            if token.isSymbol(")") || token.isSymbol("]") { depth -= 1 }
            return depth == 0 && token.isSymbol(",")
        }.map { SQLReader($0) }
    }
}
