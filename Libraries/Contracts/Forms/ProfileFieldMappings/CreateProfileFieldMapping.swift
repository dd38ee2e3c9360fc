public import Contracts
import HTTPTypes

/// Names a place in the profile for the forms of every university; for platform administrators.
public struct CreateProfileFieldMapping: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-field-mappings.create",
        .post("/profile-field-mappings"),
        access: .permission(.writeProfileFieldMappings),
        "Add a profile field mapping",
        success: .created,
        errors: [.forbidden, .fieldKeyTaken]
    )
    public let fieldKey: ProfileFieldKey
    public let displayLabel: Name
    public let category: Title<1, 100>?
    public let dataType: Title<1, 40>
    public let profilePath: ProfileFieldKey
    public let defaultValidationRules: ValidationRules?
    /// `true` where nothing is said.
    public let isActive: Bool?
    public typealias Reply = Created<ProfileFieldMapping>

    public init(
        fieldKey: ProfileFieldKey,
        displayLabel: Name,
        category: Title<1, 100>? = nil,
        dataType: Title<1, 40>,
        profilePath: ProfileFieldKey,
        defaultValidationRules: ValidationRules? = nil,
        isActive: Bool? = nil
    ) {
        self.fieldKey = fieldKey
        self.displayLabel = displayLabel
        self.category = category
        self.dataType = dataType
        self.profilePath = profilePath
        self.defaultValidationRules = defaultValidationRules
        self.isActive = isActive
    }
}
