public import Contracts

/// What the profile already knows of a form's answers, by question.
public struct Autofill: ContractLeaf, OperationReply, Equatable {
    public let fields: [QuestionID: AutofillField]

    public init(_ fields: [QuestionID: AutofillField]) { self.fields = fields }

    public static var placeholder: Autofill { Autofill([:]) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        [
            "type": "object", "propertyNames": ["format": "uuid"],
            "additionalProperties": AutofillField.schema(&components),
        ]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Autofill {
        let members = [String: AutofillField].read(json, reader)
        return Autofill(
            Dictionary(members.compactMap { name, field in QuestionID(name).map { ($0, field) } }) { first, _ in first }
        )
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (question, field) in fields.sorted(by: { $0.key < $1.key }) {
            writer.name(question.description)
            field.write(to: &writer)
        }
        writer.endObject()
    }
}

/// A profile's value for one question.
public struct AutofillField: ContractObject, Equatable {
    /// Never null; `false`, 0 and a blank text are values.
    public let value: JSONValue
    public let profileFieldKey: ProfileFieldKey
    public let source: Source

    /// Where the value was found: a profile field of that name, or one that a mapping points to.
    public enum Source: String, ChoiceValue { case profile, mapping }

    public init(value: JSONValue, profileFieldKey: ProfileFieldKey, source: Source) {
        self.value = value
        self.profileFieldKey = profileFieldKey
        self.source = source
    }
}
