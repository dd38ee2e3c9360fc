public import Contracts

/// One question of a form, or a statement that asks nothing.
public struct Question: ContractObject, Equatable {
    public var id: QuestionID
    public var type: QuestionType
    public var title: QuestionTitle
    public var description: Description?
    public var required: Bool
    public var order: Int
    /// What can be chosen, or a matrix's columns; empty for other types.
    public var options: [QuestionOption]
    /// A matrix's rows; empty for other types.
    ///
    /// A matrix without them takes the rows that the respondent names.
    public var rows: [QuestionRow]
    public var validationRules: ValidationRules?
    public var conditionalLogic: ConditionalLogic?
    /// The profile field, or the mapping's `fieldKey`, that fills the question.
    public var profileFieldKey: ProfileFieldKey?

    public init(
        id: QuestionID,
        type: QuestionType,
        title: QuestionTitle,
        description: Description?,
        required: Bool,
        order: Int,
        options: [QuestionOption],
        rows: [QuestionRow],
        validationRules: ValidationRules?,
        conditionalLogic: ConditionalLogic?,
        profileFieldKey: ProfileFieldKey?
    ) {
        self.id = id
        self.type = type
        self.title = title
        self.description = description
        self.required = required
        self.order = order
        self.options = options
        self.rows = rows
        self.validationRules = validationRules
        self.conditionalLogic = conditionalLogic
        self.profileFieldKey = profileFieldKey
    }
}

public typealias QuestionTitle = Title<1, 1_000>

/// What kind of answer a question takes.
public enum QuestionType: String, ChoiceValue {
    case shortText = "short-text"
    case longText = "long-text"
    case email, phone, url, number, date, time, datetime
    case multipleChoice = "multiple-choice"
    case checkboxes, dropdown, rating
    case linearScale = "linear-scale"
    case matrix, ranking
    case yesNo = "yes-no"
    case fileUpload = "file-upload"
    case signature
    /// Text that asks nothing.
    case statement
}

/// The value by which an answer names its choice.
public typealias OptionValue = Title<1, 200>

/// The text shown for an option or a row.
public typealias OptionLabel = Title<1, 500>

/// Something that can be chosen.
public struct QuestionOption: ContractObject, Equatable {
    /// What an answer names; never shown.
    public let value: OptionValue
    /// What is shown; the value where there is none.
    public let label: OptionLabel?
    /// How many responses may choose it.
    public let quota: Whole<1, 10_000_000>?

    public init(value: OptionValue, label: OptionLabel?, quota: Whole<1, 10_000_000>? = nil) {
        self.value = value
        self.label = label
        self.quota = quota
    }
}

/// A row of a matrix.
public struct QuestionRow: ContractObject, Equatable {
    public let value: OptionValue
    public let label: OptionLabel?

    public init(value: OptionValue, label: OptionLabel?) {
        self.value = value
        self.label = label
    }
}

/// The name of a profile field or of a mapping: letters, digits, `.`, `_` and `-`.
public struct ProfileFieldKey: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(1...100, pattern: "^[A-Za-z0-9._-]+$", example: "studentId") { text in
        text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-".utf8.contains($0) }
            ? nil : "Must consist of letters, digits, '.', '_' and '-'."
    }
}

/// A question as a client writes it.
public struct QuestionInput: ContractObject, Equatable {
    /// A UUID that the client made, so that conditions can refer to the question.
    public let id: QuestionID?
    public let type: QuestionType
    public let title: QuestionTitle
    public let description: Description?
    public let required: Flag
    /// By default the place in the list.
    public let order: FormOrder?
    public let options: [QuestionOption]?
    public let rows: [QuestionRow]?
    public let validationRules: ValidationRules?
    public let conditionalLogic: ConditionalLogic?
    public let profileFieldKey: ProfileFieldKey?

    public init(
        id: QuestionID? = nil,
        type: QuestionType,
        title: QuestionTitle,
        description: Description? = nil,
        required: Flag = false,
        order: FormOrder? = nil,
        options: [QuestionOption]? = nil,
        rows: [QuestionRow]? = nil,
        validationRules: ValidationRules? = nil,
        conditionalLogic: ConditionalLogic? = nil,
        profileFieldKey: ProfileFieldKey? = nil
    ) {
        self.id = id
        self.type = type
        self.title = title
        self.description = description
        self.required = required
        self.order = order
        self.options = options
        self.rows = rows
        self.validationRules = validationRules
        self.conditionalLogic = conditionalLogic
        self.profileFieldKey = profileFieldKey
    }
}
