public import Contracts

public typealias ProfileUpdateID = Identifier<ProfileUpdate>

/// What an answer would change in the respondent's own profile, once the respondent approves.
public struct ProfileUpdate: ContractObject, OperationReply, Equatable {
    public let id: ProfileUpdateID
    public let formId: FormID
    public let responseId: FormResponseID
    public let questionId: QuestionID
    public let profileFieldKey: ProfileFieldKey
    /// What the profile held when the answer was given.
    public let oldValue: JSONValue?
    public let newValue: JSONValue
    public let status: ProfileUpdateStatus
    public let createdAt: Timestamp
    public let decidedAt: Timestamp?

    public init(
        id: ProfileUpdateID,
        formId: FormID,
        responseId: FormResponseID,
        questionId: QuestionID,
        profileFieldKey: ProfileFieldKey,
        oldValue: JSONValue?,
        newValue: JSONValue,
        status: ProfileUpdateStatus,
        createdAt: Timestamp,
        decidedAt: Timestamp?
    ) {
        self.id = id
        self.formId = formId
        self.responseId = responseId
        self.questionId = questionId
        self.profileFieldKey = profileFieldKey
        self.oldValue = oldValue
        self.newValue = newValue
        self.status = status
        self.createdAt = createdAt
        self.decidedAt = decidedAt
    }
}

public enum ProfileUpdateStatus: String, ChoiceValue { case pending, approved, rejected }
