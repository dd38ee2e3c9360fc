public import Contracts

/// What people tell about themselves; forms fill their smart fields from it.
///
/// `nil` is "never said", which "" and 0 are not.
public struct ProfileFields: FlattenedObject, Equatable {
    public var firstName: Text<0, 200>?
    public var lastName: Text<0, 200>?
    public var preferredName: Text<0, 200>?
    public var studentId: StudentID?
    public var universityId: UniversityID?
    public var departmentId: DepartmentID?
    public var programId: ProgramID?
    public var yearOfStudy: Whole<0, 20>?
    public var phone: PhoneNumber?
    public var dateOfBirth: CalendarDate?
    public var gender: Text<0, 100>?
    public var nationality: Text<0, 100>?
    public var address: StructuredText?
    public var dietaryRequirements: Text<0, 1_000>?
    public var emergencyContact: StructuredText?
    public var bio: Text<0, 5_000>?
    public var interests: [Text<1, 100>]?
    /// What mappings add to the fixed fields, by key.
    public var custom: [String: JSONValue]?

    /// Nothing said.
    public init() {}

    public func validate(_ reader: ContractReader) {
        if let interests, interests.count > 100 {
            reader.inside("interests") { reader.fail(.tooLong, "Must have at most 100 elements.") }
        }
        if let custom { reader.inside("custom") { Self.check(custom, reader) } }
    }

    private static func check(_ custom: [String: JSONValue], _ reader: ContractReader) {
        if custom.count > 100 { reader.fail(.tooLong, "Must have at most 100 members.") }
        if JSONValue.object(JSONObject(custom.map { ($0.key, $0.value) })).bytes.count > 64 * 1_024 {
            reader.fail(.tooLong, "Must take at most 64 KiB.")
        }
        for key in custom.keys.sorted() where Code(key) == nil {
            reader.inside(key) { reader.fail(.badFormat, "Its name must be letters, digits, '.', '_' and '-'.") }
        }
    }
}

/// A student number as the university prints it.
public struct StudentID: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(1...64, pattern: "^[A-Za-z0-9][A-Za-z0-9 ./_-]*$", example: "3035123456") {
        text in
        let isRight = text.utf8.enumerated().allSatisfy { index, byte in
            byte.isASCIILetterOrDigit || index > 0 && " ./_-".utf8.contains(byte)
        }
        return isRight ? nil : "Must consist of letters, digits, spaces and ./_-, and start with a letter or digit."
    }
}

/// A telephone number as people write it: digits, with `+`, spaces, hyphens, dots and parentheses between them.
public struct PhoneNumber: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(4...32, pattern: "^\\+?[0-9(][0-9 ().-]*$", example: "+852 2859 2111") { text in
        let rest = text.hasPrefix("+") ? text.dropFirst() : text[...]
        let starts = rest.utf8.first.map { $0 == UInt8(ascii: "(") || isDigit($0) } ?? false
        let isRight = starts && rest.utf8.allSatisfy { isDigit($0) || " ().-".utf8.contains($0) }
        return isRight ? nil : "Must be a telephone number such as +852 2859 2111."
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// A text, or an object whose members are texts, as clients keep addresses and contacts in one line or in several parts.
public enum StructuredText: ContractLeaf, Equatable {
    case text(Part)
    case parts([String: Part])

    public typealias Part = Text<0, 500>

    public static var placeholder: StructuredText { .text(.placeholder) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        let part = Part.schema(&components)
        return ["anyOf": [part, ["type": "object", "additionalProperties": part, "maxProperties": 20]]]
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> StructuredText {
        guard case .object(let object) = json else { return .text(.read(json, reader)) }
        guard object.members.count <= 20 else {
            reader.fail(.tooLong, "Must have at most 20 members.")
            return placeholder
        }
        return .parts([String: Part].read(json, reader))
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): text.write(to: &writer)
        case .parts(let parts): parts.write(to: &writer)
        }
    }
}
