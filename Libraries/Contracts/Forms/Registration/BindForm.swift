public import Contracts
import HTTPTypes

/// Makes a form the one by which people register with a society.
///
/// From then on it takes answers through `SubmitForEntity` alone, stays named and is neither archived nor deleted.
/// Binding a form that is bound already changes nothing. The event `society.registration-form.chosen` frees the society's
/// other forms.
public struct BindForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.bind",
        access: .services,
        callers: ["societies"],
        "Makes a form a registration form",
        success: .noContent,
        errors: [.notFound, .formNotOpen, .formIsAnonymous],
        isIdempotent: true
    )
    public let formId: FormID
    /// The society, which the form must belong to; another form answers `NOT_FOUND`.
    public let entityId: FormEntityID
    /// The society's university.
    public let universityId: UniversityID
    public typealias Reply = NoContent

    public init(formId: FormID, entityId: FormEntityID, universityId: UniversityID) {
        self.formId = formId
        self.entityId = entityId
        self.universityId = universityId
    }
}
