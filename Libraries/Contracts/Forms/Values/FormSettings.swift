public import Contracts

/// How a form may be answered.
///
/// What a client leaves out has its default: no limit, and `false`.
public struct FormSettings: ContractObject, Equatable {
    /// The first instant at which an answer is taken.
    public var opensAt: Timestamp?
    /// The first instant at which no answer is taken any more.
    public var closesAt: Timestamp?
    public var maxResponses: Whole<1, 10_000_000>?
    public var oneResponsePerUser: Flag
    /// Whether respondents may change or delete what they sent.
    public var allowEdits: Flag
    /// Whether a response is kept without its sender.
    public var anonymous: Flag
    /// Whether the published form can be read without an account.
    public var `public`: Flag
    public var confirmationMessage: Description?
    public var payment: PaymentSettings?
    public var notifications: NotificationSettings?
    public var shuffleQuestions: Flag

    public init(
        opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil,
        maxResponses: Whole<1, 10_000_000>? = nil,
        oneResponsePerUser: Flag = false,
        allowEdits: Flag = false,
        anonymous: Flag = false,
        public: Flag = false,
        confirmationMessage: Description? = nil,
        payment: PaymentSettings? = nil,
        notifications: NotificationSettings? = nil,
        shuffleQuestions: Flag = false
    ) {
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.maxResponses = maxResponses
        self.oneResponsePerUser = oneResponsePerUser
        self.allowEdits = allowEdits
        self.anonymous = anonymous
        self.public = `public`
        self.confirmationMessage = confirmationMessage
        self.payment = payment
        self.notifications = notifications
        self.shuffleQuestions = shuffleQuestions
    }

    public func validate(_ reader: ContractReader) {
        if let opensAt, let closesAt, closesAt <= opensAt {
            reader.inside("closesAt") { reader.fail(.outOfRange, "Must come after opensAt.") }
        }
    }
}

/// What answering costs.
public struct PaymentSettings: ContractObject, Equatable {
    public let required: Flag
    public let price: Price?
    public let instructions: Description?

    public func validate(_ reader: ContractReader) {
        if required.value, price == nil {
            reader.inside("price") { reader.fail(.required, "Is required where payment is.") }
        }
    }
}

/// An amount in the currency's smallest unit.
public struct Price: ContractObject, Equatable {
    public let amountMinor: Whole<0, 1_000_000_000>
    public let currency: CurrencyCode
}

/// An ISO 4217 code.
public struct CurrencyCode: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(3...3, pattern: "^[A-Z]{3}$", example: "HKD") { text in
        text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            ? nil : "Must be a code such as HKD."
    }
}

/// Who is told of responses.
public struct NotificationSettings: ContractObject, Equatable {
    /// Users that are told of each response.
    public let onSubmit: [UserID]?
    public let digest: Digest?

    public enum Digest: String, ChoiceValue { case off, daily, weekly }
}

/// A boolean that is `false` where it is missing or null.
public struct Flag: OptionalMember, Hashable, ExpressibleByBooleanLiteral {
    public let value: Bool

    public init(_ value: Bool) { self.value = value }
    public init(booleanLiteral value: Bool) { self.value = value }

    public static var absent: Flag { false }
    public static var placeholder: Flag { false }
    public var isAbsent: Bool { false }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        switch components.use {
        case .request: ["type": ["boolean", "null"], "default": false]
        case .reply: ["type": "boolean"]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Flag {
        json == .null ? absent : Flag(Bool.read(json, reader))
    }

    public func write(to writer: inout JSONWriter) { writer.bool(value) }
}
