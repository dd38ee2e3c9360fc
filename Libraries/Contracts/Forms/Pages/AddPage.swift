public import Contracts
import HTTPTypes

/// Adds a page, with questions if there are any.
public struct AddPage: ServiceOperation {
    public static let contract = Contract(
        "forms.pages.add",
        .post("/forms/{id}/pages"),
        access: .user,
        "Adds a page to a form",
        success: .created,
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let title: PageTitle?
    public let description: Description?
    /// By default after the last.
    public let order: FormOrder?
    public let conditionalLogic: ConditionalLogic?
    public let questions: [QuestionInput]?
    public typealias Reply = CreatedPage

    public init(
        id: FormID,
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

/// A page that was made just now.
public struct CreatedPage: ReplyWithHeaders, Equatable {
    public let page: FormPage
    public let headers: [(String, String)]

    public init(_ page: FormPage, of form: FormID) {
        self.page = page
        headers = [("location", Route.path(of: "/forms/\(form)/pages/\(page.id)"))]
    }

    private init(read page: FormPage) {
        self.page = page
        headers = []
    }

    public static func == (left: Self, right: Self) -> Bool { left.page == right.page }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { page.body(trimmedTo: fields) }
    public static func read(body: [UInt8]) throws -> CreatedPage { CreatedPage(read: try FormPage.read(body: body)) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        FormPage.bodySchema(&components)
    }
}

extension FormPage: OperationReply {}
