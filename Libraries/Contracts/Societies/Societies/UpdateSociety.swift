public import Contracts

/// Changes some of what officers decide about a society (RFC 7396).
public struct UpdateSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.update",
        .patch("/societies/{id}"),
        access: .user,
        "Changes parts of a society's description",
        errors: [.forbidden, .notFound, .preconditionFailed, .invalidState, .societyNameTaken, .societySlugTaken],
        isIdempotent: true
    )
    public let id: SocietyID
    public let name: Patch<Name>
    public let slug: Patch<Slug>
    public let description: Patch<Description>
    public let logo: Patch<WebAddress>
    public let visibility: Patch<SocietyVisibility>
    public typealias Reply = Society

    public init(
        id: SocietyID,
        name: Patch<Name> = .keep,
        slug: Patch<Slug> = .keep,
        description: Patch<Description> = .keep,
        logo: Patch<WebAddress> = .keep,
        visibility: Patch<SocietyVisibility> = .keep
    ) {
        self.id = id
        self.name = name
        self.slug = slug
        self.description = description
        self.logo = logo
        self.visibility = visibility
    }

    public func validate(_ reader: ContractReader) {
        let removed = [("name", name == .remove), ("slug", slug == .remove), ("visibility", visibility == .remove)]
        for (field, isRemoved) in removed where isRemoved {
            reader.inside(field) { reader.fail(.required, "Cannot be removed.") }
        }
    }
}
