public import Contracts

/// A person's answers to one version of a form.
public struct FormResponse: ContractObject, Equatable {
    public let id: FormResponseID
    public let formId: FormID
    public let formVersion: Int
    /// The person who answered; `nil` for an anonymous form.
    public let userId: UserID?
    /// Question ids with answers; hidden questions and those without an answer are missing.
    public let answers: RawJSON
    /// `nil` where the form asks for no payment.
    public let paymentStatus: PaymentStatus?
    public let submittedAt: Timestamp
    /// Seconds from `startedAt` to submission; `nil` where the client said no start.
    public let completionTime: Int?

    public init(
        id: FormResponseID,
        formId: FormID,
        formVersion: Int,
        userId: UserID?,
        answers: RawJSON,
        paymentStatus: PaymentStatus?,
        submittedAt: Timestamp,
        completionTime: Int?
    ) {
        self.id = id
        self.formId = formId
        self.formVersion = formVersion
        self.userId = userId
        self.answers = answers
        self.paymentStatus = paymentStatus
        self.submittedAt = submittedAt
        self.completionTime = completionTime
    }
}

extension FormResponse: OperationReply {}

extension WithHeaders where Value == FormResponse {
    /// A response that was just created; one without a user is marked as anonymous.
    public init(_ response: FormResponse) {
        self.init(
            response,
            at: "/forms/\(response.formId)/responses/\(response.id)",
            headers: response.userId == nil ? AnonymousReply.fields : []
        )
    }
}

/// The state of a payment.
public enum PaymentStatus: String, ChoiceValue { case pending, paid, refunded, waived }

/// Question ids with answers, as a client sends them.
public typealias Answers = [String: JSONValue]
