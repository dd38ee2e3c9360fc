import Contracts
import FormsContracts

extension Form {
    mutating func apply(_ update: UpdateForm) throws(ValidationError) {
        title = update.title.applied(to: title)
        description = update.description.applied(to: description)
        if case .set(let patch) = update.settings { settings = try patch.applied(to: settings, field: "settings") }
        if case .set(let inputs) = update.pages { pages = FormPage.all(inputs) }
    }

    mutating func apply(_ replacement: ReplaceForm) {
        title = replacement.title
        description = replacement.description
        settings = replacement.settings ?? FormSettings()
        pages = FormPage.all(replacement.pages ?? [])
    }

    mutating func add(_ request: AddPage) -> FormPage {
        let input = FormPageInput(
            title: request.title,
            description: request.description,
            conditionalLogic: request.conditionalLogic,
            questions: request.questions
        )
        return pages[pages.place(FormPage(input), at: request.order)]
    }

    mutating func update(_ request: UpdatePage) throws -> FormPage {
        guard let index = pages.firstIndex(where: { $0.id == request.pageId }) else { throw ServiceError(.notFound) }
        var page = pages[index]
        page.title = request.title.applied(to: page.title)
        page.description = request.description.applied(to: page.description)
        page.conditionalLogic = try request.conditionalLogic.applied(
            to: page.conditionalLogic,
            field: "conditionalLogic"
        )
        pages[index] = page
        guard case .set(let order) = request.order else { return page }
        return pages[pages.move(from: index, to: order)]
    }

    mutating func remove(_ page: FormPageID) throws(ServiceError) {
        guard let index = pages.firstIndex(where: { $0.id == page }) else { throw ServiceError(.notFound) }
        pages.remove(at: index)
        pages.number()
    }

    mutating func add(_ request: AddQuestion) throws(ValidationError) -> Question {
        if pages.isEmpty, request.pageId == nil { pages = FormPage.all([FormPageInput()]) }
        let page = try page(request.pageId) ?? pages.endIndex - 1
        let place = pages[page].questions.place(Question(request.question), at: request.order)
        return pages[page].questions[place]
    }

    /// Where the page that a request names stands.
    private func page(_ id: FormPageID?) throws(ValidationError) -> Int? {
        guard let id else { return nil }
        guard let index = pages.firstIndex(where: { $0.id == id }) else {
            throw ValidationError("pageId", .notFound, "The form has no such page.")
        }
        return index
    }

    mutating func update(_ request: UpdateQuestion) throws -> Question {
        guard let place = pages.place(of: request.questionId) else { throw ServiceError(.notFound) }
        var question = pages[place.page].questions[place.question]
        try question.apply(request)
        pages[place.page].questions[place.question] = question
        let target = try page(request.pageId) ?? place.page
        let order: FormOrder? = if case .set(let order) = request.order { order } else { nil }
        guard target == place.page else {
            pages[place.page].questions.remove(at: place.question)
            pages[place.page].questions.number()
            return pages[target].questions[pages[target].questions.place(question, at: order)]
        }
        guard let order else { return question }
        return pages[target].questions[pages[target].questions.move(from: place.question, to: order)]
    }

    mutating func remove(_ question: QuestionID) throws(ServiceError) {
        guard let place = pages.place(of: question) else { throw ServiceError(.notFound) }
        pages[place.page].questions.remove(at: place.question)
        pages[place.page].questions.number()
    }

    mutating func reorder(_ order: [PageOrder]) throws(ValidationError) {
        let questions = Dictionary(questions.map { ($0.id, $0) }) { first, _ in first }
        let named = order.flatMap(\.questions)
        guard order.count == pages.count, Set(order.map(\.id)) == Set(pages.map(\.id)), named.count == questions.count,
            Set(named) == Set(questions.keys)
        else { throw ValidationError("pages", .notAllowed, "Must name every page and every question once.") }
        let known = Dictionary(pages.map { ($0.id, $0) }) { first, _ in first }
        pages = order.compactMap { place in
            guard var page = known[place.id] else { return nil }
            page.questions = place.questions.compactMap { questions[$0] }
            page.questions.number()
            return page
        }
        pages.number()
    }
}

extension Question {
    fileprivate mutating func apply(_ request: UpdateQuestion) throws(ValidationError) {
        type = request.type.applied(to: type)
        title = request.title.applied(to: title)
        description = request.description.applied(to: description)
        required = request.required.applied(to: required)
        options = (request.options.applied(to: options) ?? []).map(\.labelled)
        rows = (request.rows.applied(to: rows) ?? []).map(\.labelled)
        validationRules = try request.validationRules.applied(to: validationRules, field: "validationRules")
        conditionalLogic = try request.conditionalLogic.applied(to: conditionalLogic, field: "conditionalLogic")
        profileFieldKey = request.profileFieldKey.applied(to: profileFieldKey)
    }
}

extension Patch {
    /// The object after a patch that may itself be one.
    fileprivate func applied<Object>(to current: Object?, field: String) throws(ValidationError) -> Object?
    where Value == MergePatch<Object> {
        switch self {
        case .keep: current
        case .remove: nil
        case .set(let patch): try patch.applied(to: current, field: field)
        }
    }
}

extension Form {
    /// - Throws: `NOT_FOUND` where the form has no such page.
    func page(_ id: FormPageID) throws(ServiceError) -> FormPage {
        guard let page = pages.first(where: { $0.id == id }) else { throw ServiceError(.notFound) }
        return page
    }

    /// Returns a page's path in faults.
    func path(of page: FormPageID) -> String? { pages.firstIndex { $0.id == page }.map { "pages.\($0)" } }

    /// Returns a question's path in faults.
    func path(of question: QuestionID) -> String? {
        pages.place(of: question).map { "pages.\($0.page).questions.\($0.question)" }
    }

    /// - Throws: `NOT_FOUND` where the form has no such question.
    func question(_ id: QuestionID) throws(ServiceError) -> Question {
        guard let question = questions.first(where: { $0.id == id }) else { throw ServiceError(.notFound) }
        return question
    }
}
