public import Contracts

/// A form can be answered from now on, for the first time or again.
public struct FormPublished: ServiceEvent {
    public static let type = "form.published"
    public static let producer = "forms"
    public var aggregate: String { formId.description }
    public let formId: FormID
    public let formVersion: Int
    public let title: Name
    public let entityType: FormEntityType
    public let entityId: FormEntityID?

    public init(formId: FormID, formVersion: Int, title: Name, entityType: FormEntityType, entityId: FormEntityID?) {
        self.formId = formId
        self.formVersion = formVersion
        self.title = title
        self.entityType = entityType
        self.entityId = entityId
    }
}

/// Somebody closed a form; one whose `closesAt` has passed says nothing.
public struct FormClosed: ServiceEvent {
    public static let type = "form.closed"
    public static let producer = "forms"
    public var aggregate: String { formId.description }
    public let formId: FormID
    public let entityType: FormEntityType
    public let entityId: FormEntityID?

    public init(formId: FormID, entityType: FormEntityType, entityId: FormEntityID?) {
        self.formId = formId
        self.entityType = entityType
        self.entityId = entityId
    }
}

/// Somebody answered a form.
public struct FormResponseSubmitted: ServiceEvent {
    public static let type = "form.response.submitted"
    public static let producer = "forms"
    public var aggregate: String { formId.description }
    public let formId: FormID
    public let formVersion: Int
    public let responseId: FormResponseID
    /// Who answered; `nil` for an anonymous form.
    public let userId: UserID?
    public let entityType: FormEntityType
    public let entityId: FormEntityID?

    public init(
        formId: FormID,
        formVersion: Int,
        responseId: FormResponseID,
        userId: UserID?,
        entityType: FormEntityType,
        entityId: FormEntityID?
    ) {
        self.formId = formId
        self.formVersion = formVersion
        self.responseId = responseId
        self.userId = userId
        self.entityType = entityType
        self.entityId = entityId
    }
}
