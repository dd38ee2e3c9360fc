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
    public typealias Reply = CSVPart

    public init(id: FormID, cursor: PageCursor? = nil) {
        self.id = id
        self.cursor = cursor
    }
}
