public import Contracts
import HTTPTypes

/// Answers a form as part of something that another service does, such as registering with a society.
///
/// The first half of a two-step that survives crashes. The caller notes durably that it is about to submit under
/// `submissionKey`, submits, and notes the response with its own effect. Whatever is lost in between, it either submits
/// again under the same key, which answers the same response and adds nothing, or gives up by `WithdrawSubmission`,
/// after which a submission under the key that is still on its way is refused. The user is the one on whose behalf the
/// call is made. The form's own rules hold here too, `oneResponsePerUser` among them; a withdrawn response frees its
/// place.
public struct SubmitForEntity: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.submit",
        access: .services,
        callers: ["societies"],
        "Submit a response to a form for another service's operation",
        success: .created,
        errors: [
            .notFound, .formFull, .formClosed, .formNotOpen, .alreadyResponded, .optionFull, .versionConflict,
            .submissionWithdrawn, .quotaExceeded,
        ],
        bodyLimit: 1_048_576
    )
    public let formId: FormID
    /// The entity that the form must belong to; another form answers `NOT_FOUND`.
    public let entityId: FormEntityID
    /// The id of what the caller makes, such as the registration.
    public let submissionKey: SubmissionKey
    public let answers: Answers
    public let updateProfile: [QuestionID]?
    public let startedAt: Timestamp?
    public let formVersion: Whole<1, 1_000_000_000>?
    public typealias Reply = FormResponse

    public init(
        formId: FormID,
        entityId: FormEntityID,
        submissionKey: SubmissionKey,
        answers: Answers,
        updateProfile: [QuestionID]? = nil,
        startedAt: Timestamp? = nil,
        formVersion: Whole<1, 1_000_000_000>? = nil
    ) {
        self.formId = formId
        self.entityId = entityId
        self.submissionKey = submissionKey
        self.answers = answers
        self.updateProfile = updateProfile
        self.startedAt = startedAt
        self.formVersion = formVersion
    }
}

/// Stands for whatever another service makes together with a response.
public enum Submission {}
/// `registration.id.cast()` makes one.
public typealias SubmissionKey = Identifier<Submission>
