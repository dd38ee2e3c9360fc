public import Contracts

/// Puts pages and questions in another order; every one of them has to be named once.
public struct ReorderForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.reorder",
        .put("/forms/{id}/order"),
        access: .user,
        "Reorder pages and questions",
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let pages: [PageOrder]
    public typealias Reply = FormReply
}

/// A page and the questions that it is to have, in order.
public struct PageOrder: ContractObject, Equatable {
    public let id: FormPageID
    public let questions: [QuestionID]
}
