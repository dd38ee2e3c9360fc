public import Contracts

/// Writes a university anew; what is missing becomes empty.
public struct ReplaceUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.replace",
        .put("/universities/{id}"),
        access: .permission(.writeAcademic),
        "Replace a university",
        errors: [.forbidden, .notFound, .preconditionFailed, .universityCodeTaken, .mailDomainTaken]
    )
    public let id: UniversityID
    public let name: Name
    /// Unique among all universities, whatever its case.
    public let code: Code
    public let city: PlaceName?
    public let country: PlaceName?
    public let website: WebAddress?
    public let logo: WebAddress?
    /// UTC when it is missing.
    public let timeZone: TimeZoneName?
    /// None when it is missing.
    ///
    /// Only platform administrators change them, since they decide who belongs to the university.
    public let mailDomains: MailDomains?
    public typealias Reply = University

    public init(
        id: UniversityID,
        name: Name,
        code: Code,
        city: PlaceName? = nil,
        country: PlaceName? = nil,
        website: WebAddress? = nil,
        logo: WebAddress? = nil,
        timeZone: TimeZoneName? = nil,
        mailDomains: MailDomains? = nil
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
