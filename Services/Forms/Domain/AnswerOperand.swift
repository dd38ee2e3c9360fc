import AuthContracts
import Contracts
import FormsContracts

/// An answer, or what a condition compares it with, in the form in which they are compared.
enum AnswerOperand: Sendable, Hashable {
    /// A number, or an instant, a day or a time of day counted in microseconds, days or minutes.
    case number(DecimalNumber)
    case text(PreparedText)
    case bool(Bool)
    /// Chosen options: sorted for checkboxes, as ranked for a ranking.
    case list([PreparedText])
    /// An answer with no order and no equality, such as a matrix.
    case other

    /// Reads a valid answer to a question of that type, or the value of a condition on one.
    ///
    /// - Returns: `nil` where no such answer is possible.
    init?(_ json: JSONValue, for type: QuestionType) {
        switch (type.comparison, json) {
        case (.number, .number(let digits)): self.init(DecimalNumber(digits).map(AnswerOperand.number))
        case (.date, .string(let text)): self.init(CalendarDate(text).map { .whole(Int64($0.daysSince1970)) })
        case (.time, .string(let text)): self.init(TimeOfDay(text).map { .whole(Int64($0.minutes)) })
        case (.instant, .string(let text)): self.init(Timestamp(text).map { .whole($0.microseconds) })
        case (.text, .string(let text)), (.choice, .string(let text)): self = .text(PreparedText(text))
        case (.bool, .bool(let value)): self = .bool(value)
        case (.set, .string(let text)), (.ranking, .string(let text)): self = .list([PreparedText(text)])
        case (.set, .array(let elements)), (.ranking, .array(let elements)):
            let texts = elements.compactMap(\.stringValue).map { PreparedText($0) }
            guard texts.count == elements.count else { return nil }
            self = .list(
                type == .ranking ? texts : texts.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            )
        case (.none, _): self = .other
        default: return nil
        }
    }

    private static func whole(_ number: Int64) -> AnswerOperand { .number(DecimalNumber(number)) }

    private init?(_ operand: AnswerOperand?) {
        guard let operand else { return nil }
        self = operand
    }
}

extension QuestionType {
    /// How answers of the type compare.
    enum Comparability {
        case text, number, date, time, instant, bool, choice, set, ranking, none
    }

    var comparison: Comparability {
        switch self {
        case .shortText, .longText, .email, .phone, .url: .text
        case .number, .rating, .linearScale: .number
        case .date: .date
        case .time: .time
        case .datetime: .instant
        case .multipleChoice, .dropdown: .choice
        case .checkboxes: .set
        case .ranking: .ranking
        case .yesNo: .bool
        case .matrix, .fileUpload, .signature, .statement: .none
        }
    }

    /// Whether answers name options.
    var hasOptions: Bool {
        switch self {
        case .multipleChoice, .dropdown, .checkboxes, .ranking, .matrix: true
        default: false
        }
    }

    /// Which operators a condition on an answer of the type may have.
    func allows(_ operator: ComparisonOperator) -> Bool {
        switch `operator` {
        case .isAnswered, .isEmpty: true
        case .equals, .notEquals: comparison != .none
        case .in, .notIn: ![.none, .set, .ranking].contains(comparison)
        case .contains, .notContains: [.text, .set, .ranking].contains(comparison)
        case .greaterThan, .lessThan, .between: [.number, .date, .time, .instant].contains(comparison)
        case .startsWith, .matches: comparison == .text
        }
    }
}

extension TimeOfDay {
    /// Since midnight.
    var minutes: Int { (Int(text.prefix(2)) ?? 0) * 60 + (Int(text.suffix(2)) ?? 0) }
}
