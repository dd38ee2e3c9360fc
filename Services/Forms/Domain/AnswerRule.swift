import AuthContracts
import Contracts
import FormsContracts
import Patterns

/// What an answer must be, made once of a question's type and rules.
enum AnswerRule: Sendable {
    /// A statement: there is nothing to answer.
    case nothing
    case text(TextAnswerRule)
    case number(NumberAnswerRule)
    case date(DateAnswerRule)
    case choice(Set<String>)
    case selection(SelectionRule)
    case matrix(MatrixRule)
    case yesNo

    /// What is wrong with an answer to a question that must, or need not, be answered whole; `nil` when nothing is.
    func fault(in answer: JSONValue, isRequired: Bool) -> AnswerFault? {
        switch self {
        case .nothing: AnswerFault(.notAllowed, "There is nothing to answer here.")
        case .text(let rule): rule.fault(in: answer)
        case .number(let rule): rule.fault(in: answer)
        case .date(let rule): rule.fault(in: answer)
        case .choice(let options):
            answer.plainText.map(options.contains) ?? false
                ? nil : AnswerFault(.notAllowed, "Must be the value of one of the options.")
        case .selection(let rule): rule.fault(in: answer)
        case .matrix(let rule): rule.fault(in: answer, isRequired: isRequired)
        case .yesNo:
            if case .bool = answer { nil } else { AnswerFault(.wrongType, "Must be true or false.") }
        }
    }
}

/// What is wrong with an answer.
struct AnswerFault: Equatable {
    let code: FieldErrorCode
    let message: String
    /// Whether one of the question's own rules is broken, for which the form may have its own words.
    let isOfRule: Bool

    init(_ code: FieldErrorCode, _ message: String, isOfRule: Bool = false) {
        self.code = code
        self.message = message
        self.isOfRule = isOfRule
    }

    static func rule(_ code: FieldErrorCode, _ message: String) -> AnswerFault {
        AnswerFault(code, message, isOfRule: true)
    }
}

extension JSONValue {
    /// The text of a JSON string.
    var plainText: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a JSON number.
    var plainNumber: Double? {
        guard case .number = self else { return nil }
        return doubleValue
    }

    /// Whether it answers nothing: null, a blank text, an empty list or object.
    var isNoAnswer: Bool {
        switch self {
        case .null: true
        case .string(let text): text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }
}

/// A text, perhaps of a certain form.
struct TextAnswerRule: Sendable {
    enum Form { case plain, email, phone, url }

    let form: Form
    let length: ClosedRange<Int>
    let pattern: Pattern?

    func fault(in answer: JSONValue) -> AnswerFault? {
        guard let text = answer.plainText else { return AnswerFault(.wrongType, "Must be a text.") }
        let count = text.unicodeScalars.count
        if let fault = formFault(text) { return fault }
        if count < length.lowerBound {
            return .rule(.tooShort, "Must have at least \(length.lowerBound) characters.")
        }
        if count > length.upperBound {
            return .rule(.tooLong, "Must have at most \(length.upperBound) characters.")
        }
        if let pattern, !pattern.matches(text) { return .rule(.badFormat, "Does not have the form that is asked for.") }
        return nil
    }

    private func formFault(_ text: String) -> AnswerFault? {
        switch form {
        case .plain: nil
        case .email where EmailAddress(text) == nil: AnswerFault(.badFormat, "Must be an e-mail address.")
        case .phone where PhoneNumber(text) == nil: AnswerFault(.badFormat, "Must be a telephone number.")
        case .url where WebAddress(text) == nil: AnswerFault(.badFormat, "Must be a web address.")
        case .email, .phone, .url: nil
        }
    }
}

/// A number within bounds, in steps.
struct NumberAnswerRule: Sendable {
    let minimum: Double?
    let maximum: Double?
    let step: Double?

    func fault(in answer: JSONValue) -> AnswerFault? {
        guard let number = answer.plainNumber else { return AnswerFault(.wrongType, "Must be a number.") }
        if let minimum, number < minimum { return .rule(.outOfRange, "Must be at least \(minimum.plain).") }
        if let maximum, number > maximum { return .rule(.outOfRange, "Must be at most \(maximum.plain).") }
        if let step, !number.isMultiple(of: step, from: minimum ?? 0) {
            return .rule(.outOfRange, "Must go in steps of \(step.plain).")
        }
        return nil
    }
}

extension Double {
    /// Without a fraction that says nothing: `5` for 5.0.
    var plain: String { Int(exactly: self).map(String.init) ?? String(self) }

    /// Whether whole steps lead from `base` here.
    ///
    /// Steps such as 0.1 are no binary fractions, so the quotient may miss a
    /// whole number by what rounding costs.
    fileprivate func isMultiple(of step: Double, from base: Double) -> Bool {
        let quotient = (self - base) / step
        return abs(quotient - quotient.rounded()) <= 1e-9 * Swift.max(1, abs(quotient))
    }
}

/// A day, a time of day or an instant within bounds, both included.
struct DateAnswerRule: Sendable {
    enum Form { case date, time, instant }

    let form: Form
    let minimum: DateBound?
    let maximum: DateBound?

    func fault(in answer: JSONValue) -> AnswerFault? {
        guard let text = answer.plainText, let value = Self.value(text, form) else {
            return switch form {
            case .date: AnswerFault(.badFormat, "Must be a date such as 2026-03-01.")
            case .time: AnswerFault(.badFormat, "Must be a time such as 09:30.")
            case .instant: AnswerFault(.badFormat, "Must be a time such as 2026-03-01T09:30:00Z.")
            }
        }
        if let minimum, let bound = Self.bound(minimum, form, isUpper: false), value < bound {
            return .rule(.outOfRange, "Must not be before \(minimum).")
        }
        if let maximum, let bound = Self.bound(maximum, form, isUpper: true), value > bound {
            return .rule(.outOfRange, "Must not be after \(maximum).")
        }
        return nil
    }

    /// Days, minutes or microseconds.
    private static func value(_ text: String, _ form: Form) -> Int64? {
        switch form {
        case .date: CalendarDate(text).map { Int64($0.daysSince1970) }
        case .time: TimeOfDay(text).map { Int64($0.minutes) }
        case .instant: Timestamp(text)?.microseconds
        }
    }

    /// A bound in the same unit; a day bounds instants by its first and last one in UTC.
    ///
    /// - Returns: `nil` for a bound of another kind than the answers.
    static func bound(_ bound: DateBound, _ form: Form, isUpper: Bool) -> Int64? {
        if let value = value(bound.text, form) { return value }
        guard form == .instant, let day = CalendarDate(bound.text) else { return nil }
        return Int64(day.daysSince1970 + (isUpper ? 1 : 0)) * 86_400_000_000 - (isUpper ? 1 : 0)
    }
}

/// Several options, each once.
struct SelectionRule: Sendable {
    let options: Set<String>
    let count: ClosedRange<Int>

    func fault(in answer: JSONValue) -> AnswerFault? {
        guard case .array(let elements) = answer else {
            return AnswerFault(.wrongType, "Must be a list of option values.")
        }
        let chosen = elements.compactMap(\.plainText)
        guard chosen.count == elements.count, chosen.allSatisfy(options.contains) else {
            return AnswerFault(.notAllowed, "Must name options by their values.")
        }
        guard Set(chosen).count == chosen.count else { return AnswerFault(.duplicate, "Must name each option once.") }
        if chosen.count < count.lowerBound {
            return .rule(.tooShort, "Must name at least \(count.lowerBound) options.")
        }
        if chosen.count > count.upperBound {
            return .rule(.tooLong, "Must name at most \(count.upperBound) options.")
        }
        return nil
    }
}

/// One option for each row.
struct MatrixRule: Sendable {
    /// Empty where the respondent names the rows.
    let rows: Set<String>
    let options: Set<String>

    static let maximumFreeRows = 100

    func fault(in answer: JSONValue, isRequired: Bool) -> AnswerFault? {
        guard case .object(let object) = answer else {
            return AnswerFault(.wrongType, "Must be an object of rows with option values.")
        }
        let named = Set(object.names)
        guard
            rows.isEmpty
                ? named.count <= Self.maximumFreeRows && named.allSatisfy(Self.isRow) : named.isSubset(of: rows)
        else { return AnswerFault(.notAllowed, "Must name rows of the question.") }
        guard object.members.allSatisfy({ $0.value.plainText.map(options.contains) ?? false }) else {
            return AnswerFault(.notAllowed, "Must name options by their values.")
        }
        guard !isRequired || named.isSuperset(of: rows) else { return AnswerFault(.required, "Every row is required.") }
        return nil
    }

    private static func isRow(_ name: String) -> Bool { Text<1, 200>(name) != nil }
}
