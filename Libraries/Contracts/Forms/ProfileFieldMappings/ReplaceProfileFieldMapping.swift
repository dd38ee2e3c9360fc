public import Contracts

/// Writes a mapping anew; for platform administrators.
public struct ReplaceProfileFieldMapping: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-field-mappings.replace",
        .put("/profile-field-mappings/{id}"),
        access: .permission(.writeProfileFieldMappings),
        "Replace a profile field mapping",
        errors: [.forbidden, .notFound, .fieldKeyTaken, .preconditionFailed]
    )
    public let id: ProfileFieldMappingID
    public let fieldKey: ProfileFieldKey
    public let displayLabel: Name
    public let category: Title<1, 100>?
    public let dataType: Title<1, 40>
    public let profilePath: ProfileFieldKey
    public let defaultValidationRules: ValidationRules?
    /// `true` where nothing is said.
    public let isActive: Bool?
    public typealias Reply = ProfileFieldMapping

    public init(
        id: ProfileFieldMappingID,
        fieldKey: ProfileFieldKey,
        displayLabel: Name,
        category: Title<1, 100>? = nil,
        dataType: Title<1, 40>,
        profilePath: ProfileFieldKey,
        defaultValidationRules: ValidationRules? = nil,
        isActive: Bool? = nil
    ) {
        self.id = id
        self.fieldKey = fieldKey
        self.displayLabel = displayLabel
        self.category = category
        self.dataType = dataType
        self.profilePath = profilePath
        self.defaultValidationRules = defaultValidationRules
        self.isActive = isActive
    }
}
