public import Contracts
import HTTPTypes

/// Deletes a university without departments, accounts, societies, forms and patterns; for platform administrators only.
public struct DeleteUniversity: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.delete",
        .delete("/universities/{id}"),
        access: .permission(.writeAcademic),
        "Delete a university",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed, .universityInUse]
    )
    public let id: UniversityID
    public typealias Reply = NoContent
}
