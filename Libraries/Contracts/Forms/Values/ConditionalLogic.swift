public import Contracts

/// When a page or a question is shown, hidden or required, or what is skipped.
public struct ConditionalLogic: ContractObject, Equatable {
    public let action: LogicAction
    /// Where `skip-to` leads; `nil` for the other actions.
    public let targetPageId: FormPageID?
    public let match: ConditionMatch
    public let conditions: [Condition]

    public init(
        action: LogicAction,
        targetPageId: FormPageID? = nil,
        match: ConditionMatch = .all,
        conditions: [Condition]
    ) {
        self.action = action
        self.targetPageId = targetPageId
        self.match = match
        self.conditions = conditions
    }

    /// The maximum nesting depth of groups.
    public static let maximumDepth = 10

    public func validate(_ reader: ContractReader) {
        reader.inside("conditions") {
            if conditions.isEmpty { reader.fail(.tooShort, "Must have at least one condition.") }
            if conditions.contains(where: { $0.depth > Self.maximumDepth }) {
                reader.fail(.tooLong, "Groups must nest at most \(Self.maximumDepth) deep.")
            }
        }
        if (action == .skipTo) != (targetPageId != nil) {
            reader.inside("targetPageId") {
                action == .skipTo
                    ? reader.fail(.required, "Is required for skip-to.")
                    : reader.fail(.notAllowed, "Stands with skip-to only.")
            }
        }
    }
}

/// What happens when the conditions hold.
public enum LogicAction: String, ChoiceValue {
    case show, hide, require
    case skipTo = "skip-to"
}

/// How conditions are joined; `all` where nothing is said.
public enum ConditionMatch: String, ChoiceValue, OptionalMember {
    case all, any

    public static var absent: ConditionMatch { .all }
    public var isAbsent: Bool { false }
}

/// A comparison with an earlier answer, or several conditions in brackets.
public indirect enum Condition: ContractLeaf, Equatable {
    case comparison(Comparison)
    case group(ConditionGroup)

    public static var placeholder: Condition { .comparison(.placeholder) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { components in
            ["anyOf": [Comparison.schema(&components), ConditionGroup.schema(&components)]]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Condition {
        json["conditions"] == nil
            ? .comparison(Comparison.read(json, reader)) : .group(ConditionGroup.read(json, reader))
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .comparison(let comparison): comparison.write(to: &writer)
        case .group(let group): group.write(to: &writer)
        }
    }

    /// The nesting depth of groups; 0 for a comparison.
    var depth: Int {
        switch self {
        case .comparison: 0
        case .group(let group): 1 + (group.conditions.map(\.depth).max() ?? 0)
        }
    }

    /// The comparisons that the condition is made of.
    public var comparisons: [Comparison] {
        switch self {
        case .comparison(let comparison): [comparison]
        case .group(let group): group.conditions.flatMap(\.comparisons)
        }
    }
}

/// Conditions in brackets.
public struct ConditionGroup: ContractObject, Equatable {
    public let match: ConditionMatch
    public let conditions: [Condition]

    public init(match: ConditionMatch, conditions: [Condition]) {
        self.match = match
        self.conditions = conditions
    }

    public func validate(_ reader: ContractReader) {
        if conditions.isEmpty {
            reader.inside("conditions") { reader.fail(.tooShort, "Must have at least one condition.") }
        }
    }
}

/// An earlier answer compared with a value.
public struct Comparison: ContractObject, Equatable {
    public let questionId: QuestionID
    public let `operator`: ComparisonOperator
    /// What the answer is compared with: two bounds in an array for `between`, an array for `in` and `not-in`,
    /// nothing for `is-answered` and `is-empty`.
    public let value: ComparisonValue?

    public init(questionId: QuestionID, operator: ComparisonOperator, value: JSONValue? = nil) {
        self.questionId = questionId
        self.operator = `operator`
        self.value = value.map(ComparisonValue.init)
    }
}

/// A text of at most 1,000 characters, a number, a boolean, or a list of at most 1,000 of these.
public struct ComparisonValue: ContractLeaf, Equatable {
    public let json: JSONValue

    /// - Parameter json: A value in the form that readers accept.
    public init(_ json: JSONValue) { self.json = json }

    public static var placeholder: ComparisonValue { ComparisonValue(true) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            let scalars: [JSONValue] = [
                ["type": "string", "maxLength": .integer(maximumLength)], ["type": "number"], ["type": "boolean"],
            ]
            let list: JSONValue = [
                "type": "array", "items": ["anyOf": .array(scalars)], "maxItems": .integer(maximumCount),
            ]
            return ["anyOf": .array(scalars + [list])]
        }
    }

    private static let maximumLength = 1_000
    private static let maximumCount = [JSONValue].maximumCount

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> ComparisonValue {
        let json = JSONValue.read(json, reader)  // which refuses what cannot be stored
        if case .array(let elements) = json {
            if elements.count > maximumCount {
                reader.fail(.tooLong, "Must have at most \(maximumCount) elements.")
                return placeholder
            }
            for (index, element) in elements.enumerated() {
                reader.inside(String(index)) { check(element, reader) }
            }
        } else {
            check(json, reader)
        }
        return ComparisonValue(json)
    }

    private static func check(_ scalar: JSONValue, _ reader: ContractReader) {
        switch scalar {
        case .bool, .number: break
        case .string(let text):
            let isShort = text.utf8.count <= maximumLength || text.unicodeScalars.count <= maximumLength
            if !isShort { reader.fail(.tooLong, "Must have at most \(maximumLength) characters.") }
        case .null, .array, .object, .parameter:
            reader.fail(.wrongType, "Must be a text, a number, a boolean, or a list of these.")
        }
    }

    public func write(to writer: inout JSONWriter) { writer.value(json) }
}

public enum ComparisonOperator: String, ChoiceValue {
    case equals
    case notEquals = "not-equals"
    case contains
    case notContains = "not-contains"
    case greaterThan = "greater-than"
    case lessThan = "less-than"
    /// Both ends included.
    case between
    case isAnswered = "is-answered"
    case isEmpty = "is-empty"
    case `in`
    case notIn = "not-in"
    case startsWith = "starts-with"
    /// A regular expression, matched against the whole text.
    case matches
}
