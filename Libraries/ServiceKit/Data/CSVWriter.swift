/// Writes records of comma-separated values (RFC 4180), for spreadsheets too.
public struct CSVWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

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
        // An apostrophe before it makes a spreadsheet show a formula instead of running it; a number is none.
        let isFormula = field.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false && Double(field) == nil
        let needsQuotes = isFormula || field.utf8.contains { ",\"\r\n".utf8.contains($0) }
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
