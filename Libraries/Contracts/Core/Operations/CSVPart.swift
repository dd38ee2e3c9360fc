/// A part of a table that is too long to be answered at once, as text (RFC 4180).
///
/// The edge sends part after part as one body, asking for the next with the cursor that the part before names, as fast as the
/// client reads. Nothing is kept between two parts, so any replica answers any of them; the operation has a field `cursor`.
public struct CSVPart: ReplyWithHeaders, Equatable {
    /// The header that names where the next part begins; the edge keeps it to itself.
    public static let nextHeader = "x-next-part"

    public let text: [UInt8]
    /// What the file is called where it is kept; `nil` in parts that came over the mesh.
    public let fileName: String?
    /// Where the next part begins; `nil` after the last.
    public let next: PageCursor?

    /// - Parameters:
    ///   - text: Whole records.
    ///   - fileName: ASCII letters, digits, `.`, `_` and `-`.
    ///   - next: Where the next part begins; `nil` after the last.
    public init(_ text: [UInt8], fileName: String, next: PageCursor?) {
        self.text = text
        self.fileName = fileName
        self.next = next
    }

    private init(text: [UInt8]) {
        self.text = text
        fileName = nil
        next = nil
    }

    public var headers: [(String, String)] {
        let disposition = fileName.map { ("content-disposition", "attachment; filename=\"\($0)\"") }
        return [disposition, next.map { (Self.nextHeader, $0.text) }].compactMap(\.self)
    }

    public static var contentType: String { "text/csv; charset=utf-8; header=present" }
    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { text }
    public static func read(body: [UInt8]) throws -> CSVPart { CSVPart(text: body) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { ["type": "string"] }
}
