public import Contracts
import HTTPTypes

/// Reads what became of the caller's latest registration.
public struct GetOwnRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.get-own",
        .get("/societies/{id}/registrations/mine"),
        access: .user,
        "Read one's own registration",
        errors: [.notFound]
    )
    public let id: SocietyID
    public typealias Reply = Registration
}

/// Takes back the caller's registration while it is undecided, and its answers with it.
public struct WithdrawRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.withdraw",
        .delete("/societies/{id}/registrations/mine"),
        access: .user,
        "Withdraw one's own registration",
        success: .noContent,
        errors: [.notFound, .preconditionFailed, .alreadyDecided]
    )
    public let id: SocietyID
    public typealias Reply = NoContent
}
