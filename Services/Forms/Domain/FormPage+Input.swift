import Contracts
import FormsContracts

extension FormPage {
    init(_ input: FormPageInput) {
        self.init(
            id: input.id ?? FormPageID(),
            title: input.title,
            description: input.description,
            order: input.order?.value ?? 0,
            conditionalLogic: input.conditionalLogic,
            questions: Self.ordered(input.questions ?? [], by: \.order).map(Question.init)
        )
        questions.number(by: (input.questions ?? []).map(\.order))
    }

    /// The elements by the places they ask for, the others at their place in the list.
    static func ordered<Element>(_ elements: [Element], by order: (Element) -> FormOrder?) -> [Element] {
        let places = elements.enumerated().map { (place: order($1)?.value ?? $0 + 1, index: $0, element: $1) }
        return places.sorted { ($0.place, $0.index) < ($1.place, $1.index) }.map(\.element)
    }

    /// A form's pages out of what a client wrote.
    static func all(_ inputs: [FormPageInput]) -> [FormPage] {
        var pages = ordered(inputs, by: \.order).map(FormPage.init)
        pages.number(by: inputs.map(\.order))
        return pages
    }
}

extension Question {
    init(_ input: QuestionInput) {
        self.init(
            id: input.id ?? QuestionID(),
            type: input.type,
            title: input.title,
            description: input.description,
            required: input.required.value,
            order: input.order?.value ?? 0,
            options: (input.options ?? []).map(\.labelled),
            rows: (input.rows ?? []).map(\.labelled),
            validationRules: input.validationRules,
            conditionalLogic: input.conditionalLogic,
            profileFieldKey: input.profileFieldKey
        )
    }
}

extension QuestionOption {
    /// The option with something to show.
    var labelled: QuestionOption {
        QuestionOption(value: value, label: label ?? OptionLabel(unchecked: value.text), quota: quota)
    }
}

extension QuestionRow {
    /// The row with something to show.
    var labelled: QuestionRow { QuestionRow(value: value, label: label ?? OptionLabel(unchecked: value.text)) }
}

/// A page or a question, which stands at a place.
protocol Ordered {
    var order: Int { get set }
}

extension FormPage: Ordered {}
extension Question: Ordered {}

extension [FormPage] {
    /// Where a question stands.
    func place(of question: QuestionID) -> (page: Int, question: Int)? {
        for (index, page) in enumerated() {
            if let place = page.questions.firstIndex(where: { $0.id == question }) { return (index, place) }
        }
        return nil
    }
}

extension Array where Element: Ordered {
    /// Counts from 1, unless the client numbered every element itself and no two alike.
    mutating func number(by given: [FormOrder?] = []) {
        let own = given.compactMap { $0?.value }
        guard own.count < count || Set(own).count < count else { return }
        for index in indices { self[index].order = index + 1 }
    }

    /// Puts an element at the place it asks for, before what stands there; at the end if it asks for none.
    ///
    /// - Returns: Where it stands.
    @discardableResult
    mutating func place(_ element: Element, at order: FormOrder?) -> Int {
        let index = order.flatMap { order in firstIndex { $0.order >= order.value } } ?? endIndex
        insert(element, at: index)
        number()
        return index
    }

    /// Moves an element to the place of that order: behind the element there when moving forward, else before it.
    ///
    /// - Returns: The element's new index.
    mutating func move(from index: Int, to order: FormOrder) -> Int {
        let element = self[index]
        guard order.value != element.order else { return index }
        let isForwards = order.value > element.order
        remove(at: index)
        let place = firstIndex { isForwards ? $0.order > order.value : $0.order >= order.value } ?? endIndex
        insert(element, at: place)
        number()
        return place
    }
}
