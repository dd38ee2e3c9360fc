public import Contracts

/// Reads how a society takes new members, such as through which form.
public struct GetRegistrationSettings: ServiceOperation {
    public static let contract = Contract(
        "societies.registration.get",
        .get("/societies/{id}/registration"),
        access: .everyone,
        "Read a society's registration settings",
        errors: [.notFound]
    )
    public let id: SocietyID
    public typealias Reply = RegistrationSettings
}
