public import Contracts

/// Writes anew what officers decide about a society; what is missing becomes empty.
public struct ReplaceSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.replace",
        .put("/societies/{id}"),
        access: .user,
        "Replace a society's description",
        errors: [.forbidden, .notFound, .preconditionFailed, .invalidState, .societyNameTaken, .societySlugTaken]
    )
    public let id: SocietyID
    public let name: Name
    /// Stays as it is when it is missing, so that links go on working.
    public let slug: Slug?
    public let description: Description?
    public let logo: WebAddress?
    /// Public when it is missing.
    public let visibility: SocietyVisibility?
    public typealias Reply = Society

    public init(
        id: SocietyID,
        name: Name,
        slug: Slug? = nil,
        description: Description? = nil,
        logo: WebAddress? = nil,
        visibility: SocietyVisibility? = nil
    ) {
        self.id = id
        self.name = name
        self.slug = slug
        self.description = description
        self.logo = logo
        self.visibility = visibility
    }
}
