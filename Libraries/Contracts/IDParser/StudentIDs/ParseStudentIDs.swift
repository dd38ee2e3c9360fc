public import Contracts

/// Finds student numbers in a text: every university's, or one's.
public struct ParseStudentIDs: ServiceOperation {
    public static let contract = Contract(
        "id-parser.student-ids.parse",
        .post("/student-ids/parse"),
        access: .user,
        "Find student numbers in a text",
        errors: [.payloadTooLarge],
        rate: .read,
        isIdempotent: true,
        idempotency: .notOffered
    )
    public let text: SearchedText
    /// The only university whose patterns are tried.
    public let universityCode: Code?
    public typealias Reply = ParsedText

    public init(text: SearchedText, universityCode: Code? = nil) {
        self.text = text
        self.universityCode = universityCode
    }
}

/// The searched text: 1 to 20,000 characters.
public typealias SearchedText = Text<1, 20_000>

/// The matches in one text.
public struct ParsedText: ContractObject, OperationReply, Equatable {
    /// The best first.
    public let matches: [StudentIDMatch]
    /// `true` if there were any patterns to try.
    public let patternsConfigured: Bool

    public init(matches: [StudentIDMatch], patternsConfigured: Bool) {
        self.matches = matches
        self.patternsConfigured = patternsConfigured
    }
}
