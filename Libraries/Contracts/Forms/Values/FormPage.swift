public import Contracts

/// Questions that are shown together.
public struct FormPage: ContractObject, Equatable {
    public var id: FormPageID
    public var title: PageTitle?
    public var description: Description?
    public var order: Int
    public var conditionalLogic: ConditionalLogic?
    /// In the order in which they are answered.
    public var questions: [Question]

    public init(
        id: FormPageID,
        title: PageTitle?,
        description: Description?,
        order: Int,
        conditionalLogic: ConditionalLogic?,
        questions: [Question]
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.order = order
        self.conditionalLogic = conditionalLogic
        self.questions = questions
    }
}

/// A page's title, which may be blank.
public typealias PageTitle = Title<0, 200>

/// A page as a client writes it: the service makes the id where there is none.
public struct FormPageInput: ContractObject, Equatable {
    /// A UUID that the client made, so that conditions can refer to the page.
    public let id: FormPageID?
    public let title: PageTitle?
    public let description: Description?
    /// By default the place in the list.
    public let order: FormOrder?
    public let conditionalLogic: ConditionalLogic?
    public let questions: [QuestionInput]?

    public init(
        id: FormPageID? = nil,
        title: PageTitle? = nil,
        description: Description? = nil,
        order: FormOrder? = nil,
        conditionalLogic: ConditionalLogic? = nil,
        questions: [QuestionInput]? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.order = order
        self.conditionalLogic = conditionalLogic
        self.questions = questions
    }
}

/// A place among pages or questions; lower comes first.
public typealias FormOrder = Whole<0, 10_000>
