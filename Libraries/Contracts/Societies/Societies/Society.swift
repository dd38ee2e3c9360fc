public import Contracts

/// A student society of one university.
public struct Society: Versioned, Addressed, Equatable {
    public let id: SocietyID
    public let name: Name
    public let slug: Slug
    public let description: Description?
    public let universityId: UniversityID
    public let logo: WebAddress?
    public let status: SocietyStatus
    public let visibility: SocietyVisibility
    public let memberCount: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: SocietyID,
        name: Name,
        slug: Slug,
        description: Description?,
        universityId: UniversityID,
        logo: WebAddress?,
        status: SocietyStatus,
        visibility: SocietyVisibility,
        memberCount: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.slug = slug
        self.description = description
        self.universityId = universityId
        self.logo = logo
        self.status = status
        self.visibility = visibility
        self.memberCount = memberCount
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Changes with every member of this reply: an edit moves `updatedAt`, a person who comes or goes `memberCount`.
    public var etag: String { "\"\(updatedAt.microseconds)-\(memberCount)\"" }

    public var path: String { "/societies/\(id)" }
}

/// The state of a society: a moderator lets it begin, may stop it for a while, or ends it.
public enum SocietyStatus: String, ChoiceValue {
    case pending
    case active
    case suspended
    case archived
}

/// The people who see an active society; any other is seen by its members and moderators only.
public enum SocietyVisibility: String, ChoiceValue {
    /// Everybody, signed in or not.
    case `public`
    /// Its members; to others it does not exist.
    case members
}

/// A society's short name in addresses: letters, digits and single hyphens, kept in lower case.
public struct Slug: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    /// ASCII alone: Unicode's lower case turns the Kelvin sign into a `k`, for one.
    public static func normalized(_ text: String) -> String {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return String(decoding: text.utf8.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    public static let rule = TextRule(1...80, pattern: "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", example: "chess-society") {
        text in
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isASCIILetterOrDigit) }
            ? nil : "Must consist of letters, digits and single hyphens between them."
    }
}
