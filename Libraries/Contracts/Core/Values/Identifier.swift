/// The UUID of an entity; the type says of which, so that ids cannot be mixed up.
///
/// New ones are version 7 (RFC 9562): time-ordered, so that rows made together lie together in an index.
public struct Identifier<Entity>: ContractLeaf, Hashable, Comparable, CustomStringConvertible,
    LosslessStringConvertible
{
    /// The 16 bytes as two big-endian halves.
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a new version 7 UUID.
    public init(at time: Timestamp = .now()) {
        let milliseconds = UInt64(max(0, time.microseconds / 1_000))
        let random = UInt64.random(in: 0...UInt64.max)
        high = milliseconds << 16 | 0x7000 | random & 0x0FFF
        low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...UInt64.max) >> 2
    }

    /// Reads the 36-character form, in either case.
    public init?(_ text: String) {
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        let utf8 = text.utf8
        guard utf8.count == 36 else { return nil }
        for (index, byte) in utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = byte.hexadecimalDigit else { return nil }
            if digits < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
            digits += 1
        }
        (high, low) = halves
    }

    /// The same UUID as the id of something else, as where one entity stands for another.
    public func cast<Other>(to other: Other.Type = Other.self) -> Identifier<Other> {
        Identifier<Other>(high: high, low: low)
    }

    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for half in [high, low] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                if text.count == 8 || text.count == 13 || text.count == 18 || text.count == 23 {
                    text.append(UInt8(ascii: "-"))
                }
                let digit = UInt8(half >> shift & 15)
                text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    public var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 & 7))) }
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    public static var placeholder: Self { Self(high: 0, low: 0) }

    /// The ids of all entities look alike.
    public static var schemaName: String { "UUID" }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            [
                "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36,
                "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
                "examples": ["01890a5d-ac96-774b-bcce-b302099a8057"],
            ]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard let id = json.stringValue.flatMap(Self.init) else {
            reader.fail(.badFormat, "Must be a UUID.")
            return placeholder
        }
        return id
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt64? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

/// The entities that more than one service speaks of.
public enum Entity {
    public enum User {}
    public enum Session {}
    public enum University {}
    public enum Department {}
    public enum Program {}
    public enum Form {}
    public enum FormPage {}
    public enum Question {}
    public enum FormResponse {}
    public enum Society {}
    public enum Registration {}
    public enum Notification {}
    public enum Event {}
    public enum APIKey {}
}

public typealias UserID = Identifier<Entity.User>
public typealias SessionID = Identifier<Entity.Session>
public typealias APIKeyID = Identifier<Entity.APIKey>
/// The tenant is the university.
public typealias UniversityID = Identifier<Entity.University>
public typealias DepartmentID = Identifier<Entity.Department>
public typealias ProgramID = Identifier<Entity.Program>
public typealias FormID = Identifier<Entity.Form>
public typealias FormPageID = Identifier<Entity.FormPage>
public typealias QuestionID = Identifier<Entity.Question>
public typealias FormResponseID = Identifier<Entity.FormResponse>
public typealias SocietyID = Identifier<Entity.Society>
public typealias RegistrationID = Identifier<Entity.Registration>
public typealias NotificationID = Identifier<Entity.Notification>
public typealias EventID = Identifier<Entity.Event>
