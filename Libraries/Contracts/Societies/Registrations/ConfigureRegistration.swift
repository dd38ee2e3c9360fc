public import Contracts

/// Decides how a society takes new members; for its officers.
public struct ConfigureRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registration.configure",
        .put("/societies/{id}/registration"),
        access: .user,
        "Configure how a society takes new members",
        errors: [.forbidden, .notFound, .preconditionFailed, .invalidState]
    )
    public let id: SocietyID
    public let formId: FormID
    public let opensAt: Timestamp?
    public let closesAt: Timestamp?
    /// `true` when it is missing.
    public let requiresApproval: Bool?
    public let capacity: Whole<1, 1_000_000>?
    public let fee: Fee?
    public typealias Reply = RegistrationSettings

    public init(
        id: SocietyID,
        formId: FormID,
        opensAt: Timestamp? = nil,
        closesAt: Timestamp? = nil,
        requiresApproval: Bool? = nil,
        capacity: Whole<1, 1_000_000>? = nil,
        fee: Fee? = nil
    ) {
        self.id = id
        self.formId = formId
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.requiresApproval = requiresApproval
        self.capacity = capacity
        self.fee = fee
    }

    public func validate(_ reader: ContractReader) {
        guard let opensAt, let closesAt, closesAt <= opensAt else { return }
        reader.inside("closesAt") { reader.fail(.outOfRange, "Must come after opensAt.") }
    }
}
