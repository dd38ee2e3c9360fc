public import Contracts

/// A form's responses as a table, for its owners, the oldest first.
public struct ExportResponses: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.export",
        .get("/forms/{id}/responses.csv"),
        access: .user,
        "Export a form's responses as CSV",
        errors: [.forbidden, .notFound]
    )
    public let id: FormID
    /// The end of an earlier part.
    public let cursor: PageCursor?
    /// Puts a byte order mark first, without which spreadsheets mistake UTF-8 for another encoding; `true` by default.
    public let bom: Bool?
    public typealias Reply = CSVPart

    public init(id: FormID, cursor: PageCursor? = nil, bom: Bool? = nil) {
        self.id = id
        self.cursor = cursor
        self.bom = bom
    }
}
