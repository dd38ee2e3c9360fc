public import Contracts

/// Changes some of a university's fields (RFC 7396).
public struct UpdateUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.update",
        .patch("/universities/{id}"),
        access: .permission(.writeAcademic),
        "Change parts of a university",
        errors: [.forbidden, .notFound, .preconditionFailed, .universityCodeTaken, .mailDomainTaken],
        isIdempotent: true
    )
    public let id: UniversityID
    public let name: Change<Name>
    public let code: Change<Code>
    public let city: Patch<PlaceName>
    public let country: Patch<PlaceName>
    public let website: Patch<WebAddress>
    public let logo: Patch<WebAddress>
    /// Back to UTC when it is removed.
    public let timeZone: Patch<TimeZoneName>
    /// Only platform administrators change them.
    public let mailDomains: Patch<MailDomains>
    public typealias Reply = University

    public init(
        id: UniversityID,
        name: Change<Name> = .keep,
        code: Change<Code> = .keep,
        city: Patch<PlaceName> = .keep,
        country: Patch<PlaceName> = .keep,
        website: Patch<WebAddress> = .keep,
        logo: Patch<WebAddress> = .keep,
        timeZone: Patch<TimeZoneName> = .keep,
        mailDomains: Patch<MailDomains> = .keep
    ) {
        self.id = id
        self.name = name
        self.code = code
        self.city = city
        self.country = country
        self.website = website
        self.logo = logo
        self.timeZone = timeZone
        self.mailDomains = mailDomains
    }
}
