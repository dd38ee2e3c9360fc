public import Contracts
import HTTPTypes

/// Makes a draft: a whole form, or a bare title that is filled afterwards.
public struct CreateForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.create",
        .post("/forms"),
        access: .user,
        "Create a form",
        success: .created,
        errors: [.forbidden, .notFound, .quotaExceeded],
        bodyLimit: 1_048_576
    )
    public let title: Name
    public let description: Description?
    /// `survey` where nothing is said.
    public let entityType: FormEntityType?
    /// The society or event; not for surveys.
    public let entityId: FormEntityID?
    public let settings: FormSettings?
    public let pages: [FormPageInput]?
    /// The tenant, for platform administrators, who belong to none.
    public let universityId: UniversityID?
    public typealias Reply = Created<FormReply>

    public init(
        title: Name,
        description: Description? = nil,
        entityType: FormEntityType? = nil,
        entityId: FormEntityID? = nil,
        settings: FormSettings? = nil,
        pages: [FormPageInput]? = nil,
        universityId: UniversityID? = nil
    ) {
        self.title = title
        self.description = description
        self.entityType = entityType
        self.entityId = entityId
        self.settings = settings
        self.pages = pages
        self.universityId = universityId
    }

    public func validate(_ reader: ContractReader) {
        let isSurvey = (entityType ?? .survey) == .survey
        guard isSurvey != (entityId == nil) else { return }
        reader.inside("entityId") {
            isSurvey
                ? reader.fail(.notAllowed, "A survey belongs to no entity.")
                : reader.fail(.required, "Is required for forms of societies and events.")
        }
    }
}
