public import Contracts

/// A university: the tenant whose departments, programs, societies and people belong together.
public struct University: VersionedByRevision, Addressed, Equatable {
    public let id: UniversityID
    public let name: Name
    /// Unique among all universities, whatever its case.
    public let code: Code
    public let city: PlaceName?
    public let country: PlaceName?
    public let website: WebAddress?
    public let logo: WebAddress?
    public let timeZone: TimeZoneName
    /// Whose owners of addresses belong to this university when they register.
    public let mailDomains: MailDomains
    /// Rises by one with every change.
    public let revision: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: UniversityID,
        name: Name,
        code: Code,
        city: PlaceName?,
        country: PlaceName?,
        website: WebAddress?,
        logo: WebAddress?,
        timeZone: TimeZoneName,
        mailDomains: MailDomains,
        revision: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
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
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var path: String { "/universities/\(id)" }
}

/// A city or a country: 1 to 100 characters.
public typealias PlaceName = Title<1, 100>

/// The mail domains of one university.
public typealias MailDomains = BoundedList<MailDomain, 0, 20>
