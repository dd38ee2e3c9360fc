public import Contracts

/// One profile field mapping.
public struct GetProfileFieldMapping: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-field-mappings.get",
        .get("/profile-field-mappings/{id}"),
        access: .user,
        "Read a profile field mapping",
        errors: [.notFound]
    )
    public let id: ProfileFieldMappingID
    public typealias Reply = ProfileFieldMapping
}
