public import Contracts

public typealias ProfileFieldMappingID = Identifier<ProfileFieldMapping>

/// A name under which forms of every university reach a place in the profile.
public struct ProfileFieldMapping: ContractObject, Addressed, Equatable {
    public let id: ProfileFieldMappingID
    public let fieldKey: ProfileFieldKey
    public let displayLabel: Name
    public let category: Title<1, 100>?
    public let dataType: Title<1, 40>
    /// A profile field's name, or `custom.<key>`.
    public let profilePath: ProfileFieldKey
    /// What questions with this key are checked by where they set no rules of their own.
    public let defaultValidationRules: ValidationRules?
    public let isActive: Bool

    public init(
        id: ProfileFieldMappingID,
        fieldKey: ProfileFieldKey,
        displayLabel: Name,
        category: Title<1, 100>?,
        dataType: Title<1, 40>,
        profilePath: ProfileFieldKey,
        defaultValidationRules: ValidationRules?,
        isActive: Bool
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

    public var path: String { "/profile-field-mappings/\(id)" }
}
