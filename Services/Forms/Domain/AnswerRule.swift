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
    case choice(OptionTable)
    case selection(SelectionRule)
    case matrix(MatrixRule)
    case yesNo

    /// Returns the answer to store: text in Normalization Form C, options by the form's own values.
    ///
    /// - Parameters:
    ///   - answer: The respondent's answer.
    ///   - question: The question.
    ///   - isRequired: Tells whether the answer must be complete.
    ///   - evaluation: Matches patterns and charges for it.
    /// - Returns: An answer that satisfies every rule.
    /// - Throws: `AnswerFault`, `WorkExhausted`.
    func accepted(
        _ answer: JSONValue,
        to question: QuestionID,
        isRequired: Bool,
        _ evaluation: inout AnswerEvaluation
    ) throws -> JSONValue {
        switch self {
        case .nothing: throw AnswerFault(.notAllowed, "There is nothing to answer here.")
        case .text(let rule): return .string(try rule.accepted(answer, to: question, &evaluation))
        case .number(let rule):
            try evaluation.work.spend(rule.steps)
            try rule.check(answer)
            return answer
        case .date(let rule):
            try rule.check(answer)
            return answer
        case .choice(let options):
            guard let value = answer.plainText.flatMap(options.value) else {
                throw AnswerFault(.notAllowed, "Must be the value of one of the options.")
            }
            return .string(value)
        case .selection(let rule): return try rule.accepted(answer)
        case .matrix(let rule): return try rule.accepted(answer, isRequired: isRequired)
        case .yesNo:
            guard case .bool = answer else { throw AnswerFault(.wrongType, "Must be true or false.") }
            return answer
        }
    }

    /// The largest size that conditions examine, in bytes or list elements.
    var largestSize: Int {
        switch self {
        case .text(let rule): rule.length.upperBound * 4
        case .choice(let options): options.isEmpty ? 0 : 800
        case .selection(let rule): rule.options.count
        case .nothing, .number, .date, .matrix, .yesNo: 1
        }
    }
}

/// What is wrong with an answer.
struct AnswerFault: Error, Equatable {
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

    /// Tells whether the answer is empty: null, a text without a visible character, an empty list or object.
    var isNoAnswer: Bool {
        switch self {
        case .null: true
        case .string(let text):
            text.unicodeScalars.allSatisfy { $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint }
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }

    /// The approximate size as JSON, in bytes.
    var approximateSize: Int {
        switch self {
        case .null, .bool: 4
        case .number(let text), .string(let text), .parameter(let text): text.utf8.count
        case .array(let elements): elements.reduce(2) { $0 + 1 + $1.approximateSize }
        case .object(let object): object.members.reduce(2) { $0 + $1.name.utf8.count + $1.value.approximateSize }
        }
    }
}

/// A text, perhaps of a certain form.
struct TextAnswerRule: Sendable {
    enum Form { case plain, email, phone, url }

    let form: Form
    /// In Unicode scalars of the normal form.
    let length: ClosedRange<Int>
    let pattern: Pattern?

    /// - Returns: The text to store.
    /// - Throws: `AnswerFault`, `WorkExhausted`.
    func accepted(
        _ answer: JSONValue,
        to question: QuestionID,
        _ evaluation: inout AnswerEvaluation
    ) throws -> String {
        guard let given = answer.plainText else { throw AnswerFault(.wrongType, "Must be a text.") }
        let tooLong = AnswerFault.rule(.tooLong, "Must have at most \(length.upperBound) characters.")
        // A scalar has at most four bytes, and a normal form is at least a third as long.
        guard given.utf8.count <= length.upperBound * 12 else { throw tooLong }
        let text = try formed(given)
        guard StreamSafeText.isSafe(text) else { throw AnswerFault(.badFormat, StreamSafeText.fault) }
        let count = text.unicodeScalars.count
        if count < length.lowerBound {
            throw AnswerFault.rule(.tooShort, "Must have at least \(length.lowerBound) characters.")
        }
        if count > length.upperBound { throw tooLong }
        if let pattern, try !evaluation.matches(pattern, Array(text.utf8), question) {
            throw AnswerFault.rule(.badFormat, "Does not have the form that is asked for.")
        }
        return text
    }

    private func formed(_ text: String) throws(AnswerFault) -> String {
        let (formed, name): (String?, String) =
            switch form {
            case .plain: (text.composed, "")
            case .email: (EmailAddress(text.trimmed)?.folded, "an e-mail address")
            case .phone: (PhoneNumberForm.normalized(text), "a telephone number of 4 to 15 digits")
            case .url: (WebAddressForm.normalized(text), "a web address that starts with http:// or https://")
            }
        guard let formed else { throw AnswerFault(.badFormat, "Must be \(name).") }
        return formed
    }
}

/// A number within bounds, in steps; compared as exact decimals.
struct NumberAnswerRule: Sendable {
    /// The maximum length of an answer written without an exponent, in characters.
    static let maximumLength = 64
    /// The cost per decimal place of checking an answer against `step`, in steps of work.
    private static let stepsPerPlace = 8

    let minimum: DecimalNumber?
    let maximum: DecimalNumber?
    let step: DecimalNumber?
    /// The maximum cost of checking an answer against `step`, in steps of work.
    let steps: Int
    private let words: (minimum: String, maximum: String, step: String)

    init(minimum: Double?, maximum: Double?, step: Double?) {
        self.minimum = minimum.flatMap(DecimalNumber.init)
        self.maximum = maximum.flatMap(DecimalNumber.init)
        self.step = step.flatMap(DecimalNumber.init)
        let places = [self.minimum, self.step].compactMap { $0?.places }
        let first = places.reduce(Self.maximumLength) { max($0, $1.first) }
        let last = places.reduce(-Self.maximumLength) { min($0, $1.last) }
        steps = self.step == nil ? 0 : (first - last) * Self.stepsPerPlace
        words = (minimum?.plain ?? "", maximum?.plain ?? "", step?.plain ?? "")
    }

    func check(_ answer: JSONValue) throws(AnswerFault) {
        guard case .number(let digits) = answer, let number = DecimalNumber(digits) else {
            throw AnswerFault(.wrongType, "Must be a number.")
        }
        guard WrittenNumber(digits).map({ $0.plainLength <= Self.maximumLength }) ?? false else {
            throw AnswerFault(.outOfRange, "Must have at most \(Self.maximumLength) digits when it is written out.")
        }
        if let minimum, number < minimum { throw .rule(.outOfRange, "Must be at least \(words.minimum).") }
        if let maximum, number > maximum { throw .rule(.outOfRange, "Must be at most \(words.maximum).") }
        if let step, !number.isMultiple(of: step, from: minimum ?? DecimalNumber(Int64(0))) {
            throw .rule(.outOfRange, "Must go in steps of \(words.step).")
        }
    }
}

extension Double {
    /// Without a fraction that says nothing: `5` for 5.0.
    var plain: String { Int(exactly: self).map(String.init) ?? String(self) }
}

/// A day, a time of day or an instant within bounds, both included.
struct DateAnswerRule: Sendable {
    enum Form { case date, time, instant }

    let form: Form
    let minimum: DateBound?
    let maximum: DateBound?

    func check(_ answer: JSONValue) throws(AnswerFault) {
        guard let text = answer.plainText, let value = Self.value(text, form) else {
            throw switch form {
            case .date: AnswerFault(.badFormat, "Must be a date such as 2026-03-01.")
            case .time: AnswerFault(.badFormat, "Must be a time such as 09:30.")
            case .instant: AnswerFault(.badFormat, "Must be a time such as 2026-03-01T09:30:00Z.")
            }
        }
        if let minimum, let bound = Self.bound(minimum, form, isUpper: false), value < bound {
            throw .rule(.outOfRange, "Must not be before \(minimum).")
        }
        if let maximum, let bound = Self.bound(maximum, form, isUpper: true), value > bound {
            throw .rule(.outOfRange, "Must not be after \(maximum).")
        }
    }

    /// Days, minutes or microseconds.
    private static func value(_ text: String, _ form: Form) -> Int64? {
        // The longest of these forms has 40 bytes.
        guard text.utf8.count <= 40 else { return nil }
        return switch form {
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
    let options: OptionTable
    let count: ClosedRange<Int>

    func accepted(_ answer: JSONValue) throws(AnswerFault) -> JSONValue {
        guard case .array(let elements) = answer else {
            throw AnswerFault(.wrongType, "Must be a list of option values.")
        }
        let duplicate = AnswerFault(.duplicate, "Must name each option once.")
        var chosen: [String] = []
        // One extra element is enough to detect a duplicate.
        for element in elements.prefix(options.count + 1) {
            guard let value = element.plainText.flatMap(options.value) else {
                throw AnswerFault(.notAllowed, "Must name options by their values.")
            }
            chosen.append(value)
        }
        guard Set(chosen).count == chosen.count else { throw duplicate }
        if chosen.count < count.lowerBound {
            throw .rule(.tooShort, "Must name at least \(count.lowerBound) options.")
        }
        if chosen.count > count.upperBound { throw .rule(.tooLong, "Must name at most \(count.upperBound) options.") }
        return .array(chosen.map(JSONValue.string))
    }
}

/// One option for each row.
struct MatrixRule: Sendable {
    /// Empty where the respondent names the rows.
    let rows: OptionTable
    let options: OptionTable

    static let maximumFreeRows = 100

    func accepted(_ answer: JSONValue, isRequired: Bool) throws(AnswerFault) -> JSONValue {
        guard case .object(let object) = answer else {
            throw AnswerFault(.wrongType, "Must be an object of rows with option values.")
        }
        let unknownRow = AnswerFault(.notAllowed, "Must name rows of the question.")
        guard object.members.count <= (rows.isEmpty ? Self.maximumFreeRows : rows.count) else { throw unknownRow }
        var named: Set<String> = []
        var members: [(String, JSONValue)] = []
        for (name, value) in object.members {
            guard let row = row(name) else { throw unknownRow }
            guard named.insert(row).inserted else { throw AnswerFault(.duplicate, "Must name each row once.") }
            guard let option = value.plainText.flatMap(options.value) else {
                throw AnswerFault(.notAllowed, "Must name options by their values.")
            }
            members.append((row, .string(option)))
        }
        guard !isRequired || named.count >= rows.count else { throw AnswerFault(.required, "Every row is required.") }
        return .object(JSONObject(members))
    }

    private func row(_ name: String) -> String? {
        guard rows.isEmpty else { return rows.value(of: name) }
        return name.utf8.count > 2_400 ? nil : OptionValue(name.composed)?.text
    }
}
