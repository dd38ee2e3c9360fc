/// Writes records of comma-separated values (RFC 4180), for spreadsheets too.
public struct CSVWriter {
    /// Marks the file as UTF-8 for spreadsheets; precedes the first record.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    public private(set) var bytes: [UInt8] = []

    /// - Parameter hasByteOrderMark: Puts a byte order mark first.
    public init(hasByteOrderMark: Bool = false) {
        if hasByteOrderMark { bytes = Self.byteOrderMark }
    }

    /// Adds a record.
    ///
    /// - Parameter fields: Text of any kind; what a spreadsheet would take for a formula is marked as text.
    public mutating func record(_ fields: some Sequence<String>) {
        var isFirst = true
        for field in fields {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(field)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    private mutating func write(_ field: String) {
        // A leading apostrophe makes a spreadsheet show a formula instead of running it.
        let isFormula = field.looksLikeFormula
        // Spreadsheets in some countries use `;` or a tab as the separator.
        let needsQuotes = isFormula || field.utf8.contains { ",;\t\"\r\n".utf8.contains($0) }
        guard needsQuotes else { return bytes.append(contentsOf: field.utf8) }
        bytes.append(UInt8(ascii: "\""))
        if isFormula { bytes.append(UInt8(ascii: "'")) }
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension String {
    /// Tells whether a spreadsheet may run the text: a sign that begins a formula, in any width, comes first or after
    /// invisible characters, and the whole is neither a number nor a telephone number.
    fileprivate var looksLikeFormula: Bool {
        guard let first = utf8.first else { return false }
        if first == UInt8(ascii: "\t") || first == UInt8(ascii: "\r") || first == UInt8(ascii: "\n") { return true }
        let sign = unicodeScalars.first { scalar in
            let properties = scalar.properties
            return !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint
                && properties.generalCategory != .control
        }
        switch sign {
        case "=", "@", "\u{FF1D}", "\u{FF20}", "\u{FE66}", "\u{FE6B}": return true
        case "+", "-", "\u{FF0B}", "\u{FF0D}", "\u{FE62}", "\u{FE63}", "\u{2212}": return !isNumber && !isPhoneNumber
        default: return false
        }
    }

    /// Tells whether it is a number as in JSON, perhaps with a plus sign.
    private var isNumber: Bool {
        var rest = utf8[...]
        func digits() -> Bool {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest.dropFirst(digits.count)
            return !digits.isEmpty
        }
        func skip(_ signs: String) -> Bool {
            guard let first = rest.first, signs.utf8.contains(first) else { return false }
            rest.removeFirst()
            return true
        }
        _ = skip("+-")
        guard digits() else { return false }
        if skip("."), !digits() { return false }
        if skip("eE") {
            _ = skip("+-")
            guard digits() else { return false }
        }
        return rest.isEmpty
    }

    /// Tells whether it is a plus sign with 4 to 15 digits and punctuation between them, which alone make no formula.
    private var isPhoneNumber: Bool {
        guard utf8.first == UInt8(ascii: "+") else { return false }
        let digits = utf8.count { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (4...15).contains(digits)
            && utf8.dropFirst().allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || " ().-".utf8.contains($0)
            }
    }
}
