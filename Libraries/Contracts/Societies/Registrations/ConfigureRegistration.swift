public import Contracts

/// Decides how a society takes new members; for its officers.
public struct ConfigureRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registration.configure",
        .put("/societies/{id}/registration"),
        access: .user,
        "Sets how a society takes new members",
        errors: [.forbidden, .notFound, .invalidState]
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

    public init(id: SocietyID, settings: RegistrationSettings) {
        self.id = id
        formId = settings.formId
        opensAt = settings.opensAt
        closesAt = settings.closesAt
        requiresApproval = settings.requiresApproval
        capacity = settings.capacity
        fee = settings.fee
    }

    public var settings: RegistrationSettings {
        RegistrationSettings(
            formId: formId,
            opensAt: opensAt,
            closesAt: closesAt,
            requiresApproval: requiresApproval ?? true,
            capacity: capacity,
            fee: fee
        )
    }

    public func validate(_ reader: ContractReader) {
        guard let opensAt, let closesAt, closesAt <= opensAt else { return }
        reader.inside("closesAt") { reader.fail(.outOfRange, "Must come after opensAt.") }
    }
}
