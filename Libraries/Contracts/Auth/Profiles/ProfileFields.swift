public import Contracts

/// What people tell about themselves; forms fill their smart fields from it.
///
/// `nil` is "never said", which "" and 0 are not.
public struct ProfileFields: FlattenedObject, Equatable {
    public var firstName: Title<0, 200>?
    public var lastName: Title<0, 200>?
    public var preferredName: Title<0, 200>?
    public var studentId: StudentID?
    public var universityId: UniversityID?
    public var departmentId: DepartmentID?
    public var programId: ProgramID?
    public var yearOfStudy: Whole<0, 20>?
    public var phone: PhoneNumber?
    public var dateOfBirth: CalendarDate?
    public var gender: Title<0, 100>?
    public var nationality: Title<0, 100>?
    public var address: StructuredText?
    public var dietaryRequirements: Text<0, 1_000>?
    public var emergencyContact: StructuredText?
    public var bio: Text<0, 5_000>?
    public var interests: [Title<1, 100>]?
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

    /// Faults that refuse a write, although older profiles that contain them stay readable: one detail per field.
    public var writeFaults: [FieldError] {
        var faults: [FieldError] = []
        if let phone, !(4...15).contains(phone.digits) {
            faults.append(FieldError("phone", .badFormat, "Must have 4 to 15 digits."))
        }
        for (name, value) in [("address", address), ("emergencyContact", emergencyContact)] {
            guard case .parts(let parts) = value, parts.keys.contains(where: { !(1...100).contains($0.utf8.count) })
            else { continue }
            faults.append(FieldError(name, .tooLong, "The names of its members must take 1 to 100 bytes."))
        }
        if jsonBytes.count > 128 * 1_024 {
            faults.append(FieldError("", .tooLong, "A profile must take at most 128 KiB."))
        }
        return faults
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

/// A telephone number as people write it: 4 to 15 digits (E.164), optionally after a `+`, with spaces, dashes, dots and
/// brackets between them.
///
/// Full-width digits and signs are stored in their plain form.
public struct PhoneNumber: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(
        4...32,
        pattern: "^\\s*[+＋]?[-\\s0-9０-９().\\[\\]（）．－]+$",
        example: "+852 2859 2111"
    ) { text in
        let rest = text.utf8.starts(with: "+".utf8) ? text.utf8.dropFirst() : text.utf8[...]
        let isRight = rest.allSatisfy { isDigit($0) || " ().-[]".utf8.contains($0) }
        return isRight ? nil : "Must be a telephone number such as +852 2859 2111."
    }

    /// The number of digits.
    public var digits: Int { text.utf8.count(where: Self.isDigit) }

    public static func normalized(_ text: String) -> String {
        guard text.utf8.count <= 4 * rule.length.upperBound else { return text }
        let plain = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.value {
            case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
            case 0x3000, 0xA0, 0x2009, 0x202F: " "
            case 0x2010...0x2015, 0x2212: "-"
            default: scalar
            }
        }
        let kept = plain.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return String(String.UnicodeScalarView(kept))
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
        components.reference(to: self) { components in
            let part = Part.schema(&components)
            return ["anyOf": [part, ["type": "object", "additionalProperties": part, "maxProperties": 20]]]
        }
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
