public import Contracts

/// The answers to a form that the caller's profile already has.
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
