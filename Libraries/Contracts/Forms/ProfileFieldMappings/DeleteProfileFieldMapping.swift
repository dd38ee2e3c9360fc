public import Contracts
import HTTPTypes

/// Deletes a mapping: questions with its key fill themselves no longer; for platform administrators.
public struct DeleteProfileFieldMapping: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-field-mappings.delete",
        .delete("/profile-field-mappings/{id}"),
        access: .permission(.writeProfileFieldMappings),
        "Delete a profile field mapping",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed]
    )
    public let id: ProfileFieldMappingID
    public typealias Reply = NoContent
}
