public import Contracts

/// What the caller's profile already knows of a form's answers.
public struct GetAutofill: ServiceOperation {
    public static let contract = Contract(
        "forms.autofill.get",
        .get("/forms/{id}/autofill"),
        access: .user,
        "Fill smart fields from the profile",
        errors: [.notFound]
    )
    public let id: FormID
    public typealias Reply = Autofill
}
