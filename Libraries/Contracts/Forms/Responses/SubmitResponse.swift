public import Contracts
import HTTPTypes

/// Answers a form.
public struct SubmitResponse: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.create",
        .post("/forms/{id}/responses"),
        access: .user,
        "Submit a response to a form",
        success: .created,
        errors: [
            .forbidden, .notFound, .formFull, .formClosed, .formNotOpen, .alreadyResponded, .optionFull,
            .versionConflict, .registrationForm, .quotaExceeded,
        ],
        priority: .high,
        bodyLimit: 1_048_576,
        mayBeAnonymous: true
    )
    public let id: FormID
    public let answers: Answers
    /// Smart fields whose answers are to go into the profile, once the caller approves.
    public let updateProfile: [QuestionID]?
    /// When the respondent opened the form.
    public let startedAt: Timestamp?
    /// Which version the respondent saw; by default the present one.
    public let formVersion: Whole<1, 1_000_000_000>?
    public typealias Reply = Created<FormResponse>

    public init(
        id: FormID,
        answers: Answers,
        updateProfile: [QuestionID]? = nil,
        startedAt: Timestamp? = nil,
        formVersion: Whole<1, 1_000_000_000>? = nil
    ) {
        self.id = id
        self.answers = answers
        self.updateProfile = updateProfile
        self.startedAt = startedAt
        self.formVersion = formVersion
    }
}
