public import Contracts
import HTTPTypes

/// Takes a question out of a form; responses keep their answers to it.
public struct RemoveQuestion: ServiceOperation {
    public static let contract = Contract(
        "forms.questions.remove",
        .delete("/forms/{id}/questions/{questionId}"),
        access: .user,
        "Remove a question",
        success: .noContent,
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let questionId: QuestionID
    public typealias Reply = NoContent
}
