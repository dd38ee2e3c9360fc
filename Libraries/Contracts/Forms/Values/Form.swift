public import Contracts

/// A form whole: what it asks and how it may be answered.
public struct Form: ContractObject, Equatable {
    public let id: FormID
    public var title: Name
    public var description: Description?
    public var entityType: FormEntityType
    /// The society or event that the form belongs to; `nil` for a survey.
    public var entityId: FormEntityID?
    public var status: FormStatus
    public var settings: FormSettings
    /// Counts the published versions; a draft is on its way to be version 1.
    public var version: Int
    /// In the order in which they are answered.
    public var pages: [FormPage]
    public var createdBy: UserID
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// When the form was published first.
    public var publishedAt: Timestamp?

    public init(
        id: FormID,
        title: Name,
        description: Description?,
        entityType: FormEntityType,
        entityId: FormEntityID?,
        status: FormStatus,
        settings: FormSettings,
        version: Int,
        pages: [FormPage],
        createdBy: UserID,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        publishedAt: Timestamp?
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.entityType = entityType
        self.entityId = entityId
        self.status = status
        self.settings = settings
        self.version = version
        self.pages = pages
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.publishedAt = publishedAt
    }

    /// All questions in the order in which they are answered.
    public var questions: [Question] { pages.flatMap(\.questions) }
}

/// A form as lists show it: everything but its pages.
///
/// Settings over 4 KiB are listed without `confirmationMessage`, `payment.instructions` and `notifications.onSubmit`.
public struct FormSummary: ContractObject, Equatable {
    public let id: FormID
    public let title: Name
    public let description: Description?
    public let entityType: FormEntityType
    public let entityId: FormEntityID?
    public let status: FormStatus
    public let settings: FormSettings
    public let version: Int
    public let createdBy: UserID
    public let createdAt: Timestamp
    public let updatedAt: Timestamp
    public let publishedAt: Timestamp?

    public init(
        id: FormID,
        title: Name,
        description: Description?,
        entityType: FormEntityType,
        entityId: FormEntityID?,
        status: FormStatus,
        settings: FormSettings,
        version: Int,
        createdBy: UserID,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        publishedAt: Timestamp?
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.entityType = entityType
        self.entityId = entityId
        self.status = status
        self.settings = settings
        self.version = version
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.publishedAt = publishedAt
    }
}

/// A form as it is stored, rendered once when it was written.
public struct FormReply: ReplyWithHeaders {
    public static let isVersioned = true
    public let document: Document<Form>
    public let headers: [(String, String)]

    /// - Parameters:
    ///   - document: The form.
    ///   - revision: Which write the form was stored by; makes the `ETag`.
    public init(_ document: Document<Form>, revision: Int) {
        self.document = document
        headers = [("etag", "\"\(revision)\"")]
    }

    private init(read document: Document<Form>) {
        self.document = document
        headers = []
    }

    /// The form as a value.
    ///
    /// - Throws: `ValidationError` when it was stored by a version that this one cannot read.
    public func form() throws -> Form { try document.value() }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { document.body(trimmedTo: fields) }
    public func shortBody(trimmedTo fields: Set<String>?) -> [UInt8]? { document.shortBody(trimmedTo: fields) }
    public static func read(body: [UInt8]) throws -> FormReply { FormReply(read: try Document.read(body: body)) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        Document<Form>.bodySchema(&components)
    }
}

/// The state of a form: draft → published ⇄ closed, and archived for good.
public enum FormStatus: String, ChoiceValue { case draft, published, closed, archived }

/// The types of entities that a form can belong to.
public enum FormEntityType: String, ChoiceValue { case society, event, survey }

/// The id of the entity that a form belongs to.
public typealias FormEntityID = EntityID
