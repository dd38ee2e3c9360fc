public import Contracts

/// Finds student numbers in many texts.
public struct ParseStudentIDBatch: ServiceOperation {
    public static let contract = Contract(
        "id-parser.student-ids.parse-batch",
        .post("/student-ids/parse-batch"),
        access: .user,
        "Finds student numbers in up to 1,000 texts",
        rate: .read,
        timeout: .seconds(20),
        bodyLimit: 1024 * 1024,
        isIdempotent: true,
        idempotency: .notOffered
    )
    public struct Item: ContractObject, Equatable {
        public let text: SearchedText
        public let universityCode: Code?

        public init(text: SearchedText, universityCode: Code? = nil) {
            self.text = text
            self.universityCode = universityCode
        }
    }

    public let items: BoundedList<Item, 1, 1_000>
    public typealias Reply = ParsedBatch

    public init(items: BoundedList<Item, 1, 1_000>) {
        self.items = items
    }
}

/// What was found in many texts.
public struct ParsedBatch: ContractObject, OperationReply, Equatable {
    /// In the order asked.
    public let results: [ParsedText]

    public init(results: [ParsedText]) { self.results = results }
}
