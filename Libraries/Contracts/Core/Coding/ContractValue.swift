/// A value that may stand in an operation or an event: it reads itself from JSON with its own rule, writes itself, and
/// describes itself as JSON Schema.
///
/// The rule lives in the type (`Name`, `EmailAddress`, `UserID`), so a field's type is its whole declaration. A struct of
/// such fields is a `ContractObject`, which needs nothing but its properties.
public protocol ContractValue: Codable, Sendable {
    /// Reads the value; a fault is recorded in `reader` and answered with a placeholder, so that all faults are found.
    static func read(_ json: JSONValue, _ reader: ContractReader) -> Self

    /// Any valid value, for where a fault was recorded and for learning a type's fields.
    static var placeholder: Self { get }

    /// Describes the value as JSON Schema 2020-12. Schemas that have a name go to `components` and are referred to.
    static func schema(_ components: inout SchemaComponents) -> JSONValue

    /// The name of the schema where it is referred to: the type's, with its module before it (`Forms.QuestionType`).
    static var schemaName: String { get }

    func write(to writer: inout JSONWriter)

    /// How a value of the type stands among its owner's members.
    static var membership: Membership { get }
}

/// How a value stands among its owner's members.
///
/// A type says it of itself, since asking the runtime whether it conforms to a protocol costs more than writing most values.
public enum Membership: Sendable {
    /// Under its property's name.
    case named
    /// Its own members stand beside its owner's; see `FlattenedObject`.
    case flattened
    /// Under its property's name, or not at all; see `OptionalMember`.
    case optional
}

/// A value without members, whose `Codable` form nothing else asks for. (It cannot be the default of `ContractValue`: the
/// compiler would take it for structs as well instead of making theirs from their properties.)
public protocol ContractLeaf: ContractValue {}

extension ContractLeaf {
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ContractDecoder else { throw UnsupportedCoder() }
        self = decoder.read(Self.self)
    }

    public func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ContractEncoder else { throw UnsupportedCoder() }
        write(to: &encoder.writer)
    }
}

extension ContractValue {
    public static var membership: Membership { .named }
    public static var schemaName: String { SchemaComponents.name(of: self) }

    /// The value as JSON text in UTF-8.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads a value from a JSON text that was written here or by another service, such as a stored document.
    ///
    /// Its faults are never those of the request that happens to read it; a request's own body is read by
    /// `ServiceOperation.decode`.
    ///
    /// - Throws: `UnreadableValue`.
    public init(jsonBytes: [UInt8]) throws(UnreadableValue) {
        do { self = try Self.read(accepted: JSONParser.parse(jsonBytes)) } catch {
            throw UnreadableValue(Self.self, error)
        }
    }

    /// Reads a whole value that was accepted before or made by a service, such as one in a reply.
    ///
    /// - Throws: `ValidationError` with every fault.
    public static func read(accepted json: JSONValue) throws(ValidationError) -> Self {
        let reader = ContractReader(isStored: true)
        let value = read(json, reader)
        try reader.finish()
        return value
    }

    /// Reads a value whole.
    ///
    /// - Throws: `ValidationError` with every fault.
    public static func read(_ json: JSONValue) throws(ValidationError) -> Self {
        let reader = ContractReader()
        let value = read(json, reader)
        try reader.finish()
        return value
    }
}

/// Contract types are read and written by this library's coder only, which finds all faults and keeps numbers exact.
struct UnsupportedCoder: Error {}

/// One field that is wrong, and why.
public struct FieldError: Sendable, Hashable {
    /// A path such as `settings.closesAt` or `pages.0.title`; empty for the value as a whole.
    public let field: String
    /// For a person.
    public let message: String
    /// For a program; `nil` from peers that name none.
    public let code: FieldErrorCode?

    public init(_ field: String, _ code: FieldErrorCode? = nil, _ message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}

/// Why a field is wrong, in words that never change.
public struct FieldErrorCode: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let required = Self(rawValue: "required")
    public static let wrongType = Self(rawValue: "wrong_type")
    public static let tooShort = Self(rawValue: "too_short")
    public static let tooLong = Self(rawValue: "too_long")
    public static let outOfRange = Self(rawValue: "out_of_range")
    public static let badFormat = Self(rawValue: "bad_format")
    public static let notAllowed = Self(rawValue: "not_allowed")
    public static let duplicate = Self(rawValue: "duplicate")
    public static let notFound = Self(rawValue: "not_found")
}

/// Everything that is wrong with a request's fields; never empty.
public struct ValidationError: Error, Sendable, Equatable {
    public let details: [FieldError]

    public init(_ details: [FieldError]) { self.details = details }

    public init(_ field: String, _ code: FieldErrorCode, _ message: String) {
        self.details = [FieldError(field, code, message)]
    }
}

/// What was stored, or came from another service, is not what its type says.
///
/// It is a fault on this side, unlike `ValidationError`. What it quotes of the value are field names only.
public struct UnreadableValue: Error, CustomStringConvertible {
    /// The type that it should be.
    public let type: String
    /// The fields that are wrong, and why; or where its text is not JSON.
    public let fault: String

    public init(_ type: Any.Type, _ error: any Error) {
        self.type = String(reflecting: type)
        fault =
            switch error {
            case let error as ValidationError:
                error.details.prefix(5).map { "\($0.field): \($0.code?.rawValue ?? "")" }.joined(separator: ", ")
            case let error as JSONSyntaxError: "not JSON from byte \(error.offset) on"
            default: "\(error)"
            }
    }

    public var description: String { "no \(type) can be read: \(fault)" }
}

/// Collects the faults of one request while its fields are read, each under the path where it was found.
public final class ContractReader {
    public private(set) var errors: [FieldError] = []
    /// Tells whether the input was accepted before, perhaps under an earlier rule, or made by a service.
    ///
    /// Limits on the length of lists, dictionaries and plain text do not apply then: a limit that the producer does not
    /// know would make the value unreadable.
    let isStored: Bool
    private var path: [String] = []
    private let isSilent: Bool
    private var takesOnlyMissing = false

    /// - Parameters:
    ///   - isSilent: Drops faults, as when a placeholder is made.
    ///   - isStored: Marks input that was accepted before.
    init(isSilent: Bool = false, isStored: Bool = false) {
        self.isSilent = isSilent
        self.isStored = isStored
    }

    public func fail(_ code: FieldErrorCode, _ message: String) {
        guard !isSilent, errors.count < 100 else { return }
        let field = path.joined(separator: ".")
        guard !takesOnlyMissing || code == .required && !errors.contains(where: { $0.field.hasSameBytes(as: field) })
        else { return }
        errors.append(FieldError(field, code, message))
    }

    /// Drops all faults but those of missing fields that are not recorded yet.
    func onlyMissing(_ body: () -> Void) {
        let before = takesOnlyMissing
        takesOnlyMissing = true
        defer { takesOnlyMissing = before }
        body()
    }

    /// Reads what stands in a member or element, with its name or index at the end of the path.
    public func inside<Value>(_ component: String, _ read: () -> Value) -> Value {
        path.append(component)
        defer { path.removeLast() }
        return read()
    }

    func finish() throws(ValidationError) {
        guard errors.isEmpty else { throw ValidationError(errors) }
    }
}
