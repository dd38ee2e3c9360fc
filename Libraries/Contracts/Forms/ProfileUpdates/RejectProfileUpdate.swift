public import Contracts

/// Leaves the caller's profile as it is.
///
/// Rejecting again changes nothing more.
public struct RejectProfileUpdate: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-updates.reject",
        .post("/profile-updates/{id}/reject"),
        access: .user,
        "Reject a profile update",
        errors: [.notFound, .invalidState, .alreadyDecided, .preconditionFailed],
        isIdempotent: true
    )
    public let id: ProfileUpdateID
    public typealias Reply = ProfileUpdate
}
