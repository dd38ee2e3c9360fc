public import Contracts
import HTTPTypes

/// Adds a university; only platform administrators do.
public struct CreateUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.create",
        .post("/universities"),
        access: .permission(.writeAcademic),
        "Add a university",
        success: .created,
        errors: [.forbidden, .universityCodeTaken, .mailDomainTaken]
    )
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
    public typealias Reply = Created<University>

    public init(
        name: Name,
        code: Code,
        city: PlaceName? = nil,
        country: PlaceName? = nil,
        website: WebAddress? = nil,
        logo: WebAddress? = nil,
        timeZone: TimeZoneName? = nil,
        mailDomains: MailDomains? = nil
    ) {
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
