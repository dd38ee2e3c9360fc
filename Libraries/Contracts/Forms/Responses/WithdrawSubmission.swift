public import Contracts
import HTTPTypes

/// Takes back what `SubmitForEntity` did under a key, or will do: the response and its profile updates that are still
/// pending go, its place is free again, and a submission under the key that arrives later is refused.
///
/// Calling it twice, or for a key that nothing was submitted under, is no fault. Called by a service on its own account
/// as well as on behalf of a user.
public struct WithdrawSubmission: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.withdraw",
        access: .services,
        callers: ["societies"],
        "Take back a submission",
        success: .noContent
    )
    public let submissionKey: SubmissionKey
    /// The university of whatever the response belongs to.
    public let universityId: UniversityID
    public typealias Reply = NoContent

    public init(submissionKey: SubmissionKey, universityId: UniversityID) {
        self.submissionKey = submissionKey
        self.universityId = universityId
    }
}
