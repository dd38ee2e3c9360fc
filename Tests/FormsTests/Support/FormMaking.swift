import Contracts
import FormsContracts

@testable import Forms

/// A question with what a test cares for, and defaults for the rest.
func question(
    _ type: QuestionType = .shortText,
    id: QuestionID = QuestionID(),
    required: Bool = false,
    options: [String] = [],
    quotas: [String: Int] = [:],
    rows: [String] = [],
    rules: ValidationRules? = nil,
    logic: ConditionalLogic? = nil,
    key: String? = nil
) -> Question {
    Question(
        id: id,
        type: type,
        title: .init(unchecked: "A question"),
        description: nil,
        required: required,
        order: 1,
        options: options.map {
            QuestionOption(
                value: .init(unchecked: $0),
                label: .init(unchecked: $0),
                quota: quotas[$0].flatMap { Whole($0) }
            )
        },
        rows: rows.map { QuestionRow(value: .init(unchecked: $0), label: .init(unchecked: $0)) },
        validationRules: rules,
        conditionalLogic: logic,
        profileFieldKey: key.flatMap(ProfileFieldKey.init)
    )
}

func page(_ questions: Question..., id: FormPageID = FormPageID(), logic: ConditionalLogic? = nil) -> FormPage {
    page(questions, id: id, logic: logic)
}

func page(_ questions: [Question], id: FormPageID = FormPageID(), logic: ConditionalLogic? = nil) -> FormPage {
    FormPage(id: id, title: nil, description: nil, order: 1, conditionalLogic: logic, questions: questions)
}

func form(_ pages: FormPage..., settings: FormSettings = FormSettings()) -> Form {
    form(pages, settings: settings)
}

func form(_ pages: [FormPage], settings: FormSettings = FormSettings()) -> Form {
    Form(
        id: FormID(),
        title: Name(unchecked: "A form"),
        description: nil,
        entityType: .survey,
        entityId: nil,
        status: .published,
        settings: settings,
        version: 1,
        pages: pages,
        createdBy: UserID(),
        createdAt: .now(),
        updatedAt: .now(),
        publishedAt: .now()
    )
}

extension ConditionalLogic {
    /// One condition on one earlier question.
    static func when(
        _ question: QuestionID,
        _ comparison: ComparisonOperator,
        _ value: JSONValue? = nil,
        _ action: LogicAction = .show,
        to page: FormPageID? = nil
    ) -> ConditionalLogic {
        ConditionalLogic(
            action: action,
            targetPageId: page,
            conditions: [.comparison(Comparison(questionId: question, operator: comparison, value: value))]
        )
    }
}

extension Form {
    /// What the form makes of answers: what is stored, or what is wrong, as `field: code`.
    func outcome(of answers: [QuestionID: JSONValue]) throws -> Outcome {
        let compiled = try CompiledForm(self)
        do {
            let checked = try compiled.check(Dictionary(uniqueKeysWithValues: answers.map { ("\($0)", $1) }))
            return .stored(Dictionary(uniqueKeysWithValues: checked.answers.map { ($0.question, $0.value) }))
        } catch let error as ValidationError {
            return .refused(Set(error.details.map { "\($0.field): \($0.code?.rawValue ?? "")" }))
        }
    }

    /// What publishing the form would say is wrong, as `field: code`.
    var publishFaults: Set<String> {
        do {
            _ = try CompiledForm(self)
            return []
        } catch let error as ValidationError {
            return Set(error.details.map { "\($0.field): \($0.code?.rawValue ?? "")" })
        } catch {
            return ["\(error)"]
        }
    }
}

enum Outcome: Equatable {
    case stored([QuestionID: JSONValue])
    case refused(Set<String>)
}
