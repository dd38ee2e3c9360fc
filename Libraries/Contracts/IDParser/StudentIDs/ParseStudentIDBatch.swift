public import Contracts

/// Finds student numbers in many texts, the ten best in each.
///
/// If the matches exceed what a reply can hold, some 4 MiB, the reply is `PAYLOAD_TOO_LARGE`: send fewer texts.
public struct ParseStudentIDBatch: ServiceOperation {
    public static let contract = Contract(
        "id-parser.student-ids.parse-batch",
        .post("/student-ids/parse-batch"),
        access: .user,
        "Find student numbers in up to 1,000 texts",
        errors: [.payloadTooLarge],
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

    /// The most bytes that all texts together may have.
    public static let maximumBytes = 256 * 1024

    public init(items: BoundedList<Item, 1, 1_000>) {
        self.items = items
    }

    public func validate(_ reader: ContractReader) {
        guard items.elements.reduce(0, { $0 + $1.text.text.utf8.count }) > Self.maximumBytes else { return }
        reader.inside("items") {
            reader.fail(.tooLong, "All texts together must have at most \(Self.maximumBytes) bytes.")
        }
    }
}

/// The matches in many texts.
public struct ParsedBatch: ContractObject, OperationReply, Equatable {
    /// In the order asked.
    public let results: [ParsedText]

    public init(results: [ParsedText]) { self.results = results }

    /// Returns the body, or `nil` if it has more than 50 results and matches in total.
    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? {
        results.reduce(0) { $0 + 1 + $1.matches.count } > 50 ? nil : body(trimmedTo: fields)
    }
}
