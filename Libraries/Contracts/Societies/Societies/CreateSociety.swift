public import Contracts
import HTTPTypes

/// Founds a society at the caller's university; it waits for a moderator, and the caller is its president.
public struct CreateSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.create",
        .post("/societies"),
        access: .user,
        "Found a society, which a moderator then approves",
        success: .created,
        errors: [.forbidden, .societyNameTaken, .societySlugTaken, .quotaExceeded]
    )
    public let name: Name
    /// Made from the name when it is missing.
    public let slug: Slug?
    public let description: Description?
    public let logo: WebAddress?
    /// Public when it is missing.
    public let visibility: SocietyVisibility?
    /// The caller's own when it is missing; only platform administrators name another.
    public let universityId: UniversityID?
    public typealias Reply = Created<Society>

    public init(
        name: Name,
        slug: Slug? = nil,
        description: Description? = nil,
        logo: WebAddress? = nil,
        visibility: SocietyVisibility? = nil,
        universityId: UniversityID? = nil
    ) {
        self.name = name
        self.slug = slug
        self.description = description
        self.logo = logo
        self.visibility = visibility
        self.universityId = universityId
    }
}
