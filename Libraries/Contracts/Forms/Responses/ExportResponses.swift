public import Contracts

/// A form's responses as a table, for its owners, the oldest first.
public struct ExportResponses: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.export",
        .get("/forms/{id}/responses.csv"),
        access: .user,
        "Exports a form's responses as CSV",
        errors: [.forbidden, .notFound]
    )
    public let id: FormID
    /// Where an earlier part ended.
    public let cursor: PageCursor?
    /// Whether the table begins with a byte order mark, without which spreadsheets take UTF-8 for something else; `true`
    /// unless said otherwise.
    public let bom: Bool?
    public typealias Reply = CSVPart

    public init(id: FormID, cursor: PageCursor? = nil, bom: Bool? = nil) {
        self.id = id
        self.cursor = cursor
        self.bom = bom
    }
}
