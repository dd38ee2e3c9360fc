public import Contracts

/// The rules by which a society takes new members.
public struct RegistrationSettings: Versioned, Equatable {
    public let formId: FormID
    /// Open from here; from the start when it is `nil`.
    public let opensAt: Timestamp?
    /// Closed from here; never when it is `nil`.
    public let closesAt: Timestamp?
    /// `true` if an officer decides; otherwise a registration makes its user a member at once.
    public let requiresApproval: Bool
    /// The maximum number of members by registration, without the founder; `nil` for any number.
    ///
    /// A registration that waits for a decision holds no place yet.
    public let capacity: Whole<1, 1_000_000>?
    public let fee: Fee?
    public let updatedAt: Timestamp

    public init(
        formId: FormID,
        opensAt: Timestamp?,
        closesAt: Timestamp?,
        requiresApproval: Bool,
        capacity: Whole<1, 1_000_000>?,
        fee: Fee?,
        updatedAt: Timestamp
    ) {
        self.formId = formId
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.requiresApproval = requiresApproval
        self.capacity = capacity
        self.fee = fee
        self.updatedAt = updatedAt
    }

    public var etag: String { "\"\(updatedAt.microseconds)\"" }
}

/// The price of membership.
public struct Fee: ContractObject, Equatable {
    /// In the currency's smallest unit: cents of HKD, whole yen of JPY.
    public let amountMinor: Whole<0, 1_000_000_000>
    public let currency: Currency

    public init(amountMinor: Whole<0, 1_000_000_000>, currency: Currency) {
        self.amountMinor = amountMinor
        self.currency = currency
    }

    /// A currency's three letters (ISO 4217).
    public struct Currency: TextValue {
        public let text: String
        public init(unchecked text: String) { self.text = text }

        public static let rule = TextRule(3...3, pattern: "^[A-Z]{3}$", example: "HKD") { text in
            text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
                ? nil : "Must be three capital letters such as HKD."
        }
    }
}
