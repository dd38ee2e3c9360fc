public import Contracts

/// How a society takes new members.
public struct RegistrationSettings: ContractObject, OperationReply, Equatable {
    public let formId: FormID
    /// Open from here; from the start when it is `nil`.
    public let opensAt: Timestamp?
    /// Closed from here; never when it is `nil`.
    public let closesAt: Timestamp?
    /// Whether an officer decides; otherwise whoever registers is a member at once.
    public let requiresApproval: Bool
    /// How many members may come by registration, leaving out the founder; any number when it is `nil`.
    public let capacity: Whole<1, 1_000_000>?
    public let fee: Fee?

    public init(
        formId: FormID,
        opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil,
        requiresApproval: Bool = true,
        capacity: Whole<1, 1_000_000>? = nil,
        fee: Fee? = nil
    ) {
        self.formId = formId
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.requiresApproval = requiresApproval
        self.capacity = capacity
        self.fee = fee
    }
}

/// What membership costs.
public struct Fee: ContractObject, Equatable {
    /// In the currency's smallest unit: cents of HKD, whole yen of JPY.
    public let amountMinor: Whole<0, 1_000_000_000>
    public let currency: CurrencyCode

    public init(amountMinor: Whole<0, 1_000_000_000>, currency: CurrencyCode) {
        self.amountMinor = amountMinor
        self.currency = currency
    }
}

/// A currency's three letters (ISO 4217).
public struct CurrencyCode: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }

    public static let rule = TextRule(3...3, pattern: "^[A-Z]{3}$", example: "HKD") { text in
        text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            ? nil : "Must be three capital letters such as HKD."
    }
}
