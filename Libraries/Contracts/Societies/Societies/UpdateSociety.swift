public import Contracts

/// Changes some of what officers decide about a society (RFC 7396).
public struct UpdateSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.update",
        .patch("/societies/{id}"),
        access: .user,
        "Change parts of a society's description",
        errors: [.forbidden, .notFound, .preconditionFailed, .invalidState, .societyNameTaken, .societySlugTaken],
        isIdempotent: true
    )
    public let id: SocietyID
    public let name: Change<Name>
    public let slug: Change<Slug>
    public let description: Patch<Description>
    public let logo: Patch<WebAddress>
    public let visibility: Change<SocietyVisibility>
    public typealias Reply = Society

    public init(
        id: SocietyID,
        name: Change<Name> = .keep,
        slug: Change<Slug> = .keep,
        description: Patch<Description> = .keep,
        logo: Patch<WebAddress> = .keep,
        visibility: Change<SocietyVisibility> = .keep
    ) {
        self.id = id
        self.name = name
        self.slug = slug
        self.description = description
        self.logo = logo
        self.visibility = visibility
    }
}
