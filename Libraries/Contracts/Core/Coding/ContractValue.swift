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

    /// What the value looks like, as JSON Schema 2020-12. Named objects go to `components` and are referred to.
    static func schema(_ components: inout SchemaComponents) -> JSONValue

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

    /// The value as JSON text in UTF-8.
    public var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads a value from a JSON text.
    ///
    /// - Throws: `JSONSyntaxError`, or `ValidationError` with every fault.
    public init(jsonBytes: [UInt8]) throws {
        self = try Self.read(JSONParser.parse(jsonBytes))
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

/// Collects the faults of one request while its fields are read, each under the path where it was found.
public final class ContractReader {
    public private(set) var errors: [FieldError] = []
    private var path: [String] = []
    private let isSilent: Bool

    /// - Parameter isSilent: Whether faults are dropped, as where a placeholder is made.
    init(isSilent: Bool = false) {
        self.isSilent = isSilent
    }

    public func fail(_ code: FieldErrorCode, _ message: String) {
        guard !isSilent, errors.count < 100 else { return }
        errors.append(FieldError(path.joined(separator: "."), code, message))
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
