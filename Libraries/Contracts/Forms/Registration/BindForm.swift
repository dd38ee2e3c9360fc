public import Contracts
import HTTPTypes

/// Makes a form the registration form of a society.
///
/// From then on it accepts answers through `SubmitForEntity` only, stays named, and cannot be archived or deleted.
/// Binding a bound form again changes nothing. The event `society.registration-form.chosen` releases the society's
/// other forms.
public struct BindForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.bind",
        access: .services,
        callers: ["societies"],
        "Make a form a registration form",
        success: .noContent,
        errors: [.notFound, .formNotOpen, .formIsAnonymous],
        isIdempotent: true
    )
    public let formId: FormID
    /// The society, which must own the form; otherwise the reply is `NOT_FOUND`.
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
