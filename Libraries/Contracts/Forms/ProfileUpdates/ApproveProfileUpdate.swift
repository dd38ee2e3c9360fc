public import Contracts

/// Puts an answer into the caller's own profile.
///
/// Approving again changes nothing more.
public struct ApproveProfileUpdate: ServiceOperation {
    public static let contract = Contract(
        "forms.profile-updates.approve",
        .post("/profile-updates/{id}/approve"),
        access: .user,
        "Approve a profile update",
        errors: [.notFound, .alreadyDecided, .profileChanged, .profileRefused, .preconditionFailed],
        isIdempotent: true
    )
    public let id: ProfileUpdateID
    public typealias Reply = ProfileUpdate
}
