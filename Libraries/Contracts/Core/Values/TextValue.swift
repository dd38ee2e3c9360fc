/// A text with a rule of its own: length, alphabet, form.
public protocol TextValue: ContractLeaf, Hashable, CustomStringConvertible {
    static var rule: TextRule { get }
    var text: String { get }
    /// - Parameter text: Satisfies the rule; readers and `init(_:)` have checked it.
    init(unchecked text: String)
    /// The text in the form that is kept, such as a folded address. The rule is applied to the result.
    static func normalized(_ text: String) -> String
}

/// What a text must be.
public struct TextRule: Sendable {
    /// In Unicode scalars, as JSON Schema counts.
    public let length: ClosedRange<Int>
    /// JSON Schema's `format`, where there is one.
    public let format: String?
    /// JSON Schema's `pattern`: what `check` tests, as far as a pattern can say it.
    public let pattern: String?
    /// A text that satisfies the rule.
    public let example: String
    /// Tells whether a stored text is checked for its length alone and read as it is.
    ///
    /// A rule about a text's form can then become stricter while texts accepted earlier stay readable.
    public let sparesStored: Bool
    /// What is wrong with a text of the right length, for a person; `nil` when nothing is.
    public let check: @Sendable (String) -> String?

    public init(
        _ length: ClosedRange<Int>,
        format: String? = nil,
        pattern: String? = nil,
        example: String,
        sparesStored: Bool = false,
        check: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.length = length
        self.format = format
        self.pattern = pattern
        self.example = example
        self.sparesStored = sparesStored
        self.check = check
    }

    /// A fault of the text's length alone, found without looking at what it holds.
    ///
    /// - Parameter text: As it was sent; nothing has been normalised yet.
    /// - Returns: `nil` when it is not too long.
    func lengthFault(in text: String) -> (FieldErrorCode, String)? {
        // A scalar takes at most four bytes, so that most overlong texts aren't even counted.
        guard text.utf8.count > length.upperBound else { return nil }
        guard text.utf8.count > 4 * length.upperBound || text.unicodeScalars.count > length.upperBound else {
            return nil
        }
        return (.tooLong, "Must have at most \(length.upperBound) characters.")
    }

    fileprivate var schema: JSONValue {
        var schema = JSONObject([("type", "string"), ("maxLength", .integer(length.upperBound))])
        if length.lowerBound > 0 { schema["minLength"] = .integer(length.lowerBound) }
        if let format { schema["format"] = .string(format) }
        if let pattern = pattern ?? (length.lowerBound > 0 ? "\\S" : nil) { schema["pattern"] = .string(pattern) }
        schema["examples"] = [.string(example)]
        return .object(schema)
    }

    func fault(in text: String) -> (FieldErrorCode, String)? {
        if let fault = lengthFault(in: text) { return fault }
        let count = text.unicodeScalars.count
        if length.lowerBound > 0, text.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            return (.tooShort, "Must not be blank.")
        }
        if count < length.lowerBound { return (.tooShort, "Must have at least \(length.lowerBound) characters.") }
        if text.utf8.contains(0) { return (.badFormat, "Must not contain the character NUL.") }
        return check(text).map { (.badFormat, $0) }
    }
}

extension TextValue {
    public static func normalized(_ text: String) -> String { text }

    /// Equal as UTF-8, in linear time.
    public static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(UTF8Key(text)) }

    public var description: String { text }
    public static var placeholder: Self { Self(unchecked: rule.example) }

    /// The value, or `nil` when the text breaks the rule.
    public init?(_ text: String) {
        guard Self.rule.lengthFault(in: text) == nil, StreamSafeText.isSafe(text) else { return nil }
        let text = Self.normalized(text)
        guard StreamSafeText.isSafe(text), Self.rule.fault(in: text) == nil else { return nil }
        self.init(unchecked: text)
    }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in rule.schema }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Self {
        guard let raw = json.stringValue else {
            reader.fail(.wrongType, "Must be a text.")
            return placeholder
        }
        let rule = rule
        if let (code, message) = rule.lengthFault(in: raw) {
            reader.fail(code, message)
            return placeholder
        }
        if reader.isStored, rule.sparesStored, raw.unicodeScalars.count >= rule.length.lowerBound {
            return Self(unchecked: raw)
        }
        let text = normalized(raw)
        guard StreamSafeText.isSafe(text) else {
            reader.fail(.badFormat, StreamSafeText.fault)
            return placeholder
        }
        if let (code, message) = rule.fault(in: text) {
            reader.fail(code, message)
            return placeholder
        }
        return Self(unchecked: text)
    }

    public func write(to writer: inout JSONWriter) { writer.string(text) }
}

/// A text of `minimum` to `maximum` characters; not blank unless `minimum` is 0.
///
/// It may have several lines, and no control characters but tabs and line ends.
public struct Text<let minimum: Int, let maximum: Int>: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static var schemaName: String { "Text\(minimum)To\(maximum)" }
    public static var rule: TextRule {
        TextRule(
            minimum...maximum,
            pattern: minimum > 0 ? TextPattern.filledText : TextPattern.text,
            example: exampleText(minimum, maximum),
            check: { hasControl($0) ? "Must not contain control characters." : nil }
        )
    }

    /// Whether there is a control character other than a tab or a line end.
    private static func hasControl(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 0x09, 0x0A, 0x0D: break
            case ..<0x20, 0x7F: return true
            case 0x80...0x9F where previous == 0xC2: return true
            default: break
            }
            previous = byte
        }
        return false
    }
}

/// A name or a title of `minimum` to `maximum` characters: one line with something to see, kept without blanks around it.
///
/// Direction marks that reach beyond the text are refused, since they would turn round what stands beside it.
public struct Title<let minimum: Int, let maximum: Int>: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static var schemaName: String { "Title\(minimum)To\(maximum)" }
    public static var rule: TextRule {
        TextRule(
            minimum...maximum,
            pattern: minimum > 0 ? TextPattern.filledTitle : TextPattern.title,
            example: exampleText(minimum, maximum),
            sparesStored: true,
            check: { $0.isEmpty ? nil : TitleRule.fault(in: $0) }
        )
    }

    public static func normalized(_ text: String) -> String { TitleRule.trimmed(text) }
}

private func exampleText(_ minimum: Int, _ maximum: Int) -> String {
    minimum...maximum ~= 6 ? "A text" : String(repeating: "x", count: minimum)
}

/// What JSON Schema can say of the control characters in a text; `filled` ones must also have something that is not blank.
private enum TextPattern {
    static let text = #"^(?![\s\S]*[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F])"#
    static let filledText = text + #"[\s\S]*\S"#
    static let title = #"^(?![\s\S]*[\u0000-\u001F\u007F-\u009F\u2028\u2029])"#
    static let filledTitle = title + #"[\s\S]*\S"#
}

/// A name or a title: 1 to 200 characters.
public typealias Name = Title<1, 200>
/// A description: at most 5,000 characters.
public typealias Description = Text<0, 5_000>
/// A long answer or an article: at most 20,000 characters.
public typealias LongText = Text<0, 20_000>
/// What is searched for: 1 to 200 characters.
public typealias SearchText = Text<1, 200>

/// A short name that people type, such as `HKU` or `COMP-1117`: letters, digits, `.`, `_` and `-`.
public struct Code: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(1...40, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", example: "HKU") { text in
        let isRight = text.utf8.enumerated().allSatisfy { index, byte in
            byte.isASCIILetterOrDigit || index > 0 && ".-_".utf8.contains(byte)
        }
        return isRight ? nil : "Must consist of letters, digits, '.', '_' and '-', and start with a letter or digit."
    }
}

/// An `http` or `https` address as RFC 3986 writes it, with a host's name, which is plain ASCII, and without a user's.
public struct WebAddress: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(
        8...2_000,
        format: "uri",
        pattern: #"^https?://[A-Za-z0-9._~-]+(:[0-9]{1,5})?(/\#(part)|/)*)?(\?\#(part)|[/?])*)?(#\#(part)|[/?])*)?$"#,
        example: "https://uni.example"
    ) { text in
        let reason = "Must be an address that starts with http:// or https://, without spaces and the like."
        let scheme = text.hasSameBytes(asPrefix: "https://") ? 8 : text.hasSameBytes(asPrefix: "http://") ? 7 : nil
        var rest = text.utf8.dropFirst(scheme ?? text.utf8.count)
        let host = rest.prefix { $0.isASCIILetterOrDigit || "._~-".utf8.contains($0) }
        rest = rest.dropFirst(host.count)
        if rest.first == UInt8(ascii: ":") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...5).contains(digits.count) else { return reason }
            rest = rest.dropFirst(1 + digits.count)
        }
        for (mark, others) in [("/", "/"), ("?", "/?"), ("#", "/?")] where rest.first == mark.utf8.first {
            rest = rest.dropFirst()
            while let count = partLength(rest, or: others) { rest = rest.dropFirst(count) }
        }
        return host.isEmpty || !rest.isEmpty ? reason : nil
    }

    /// `pchar` of RFC 3986, the beginning of a group that others may join.
    private static let part = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}"

    /// How many bytes the next character of a path, query or fragment has; `nil` when none follows.
    private static func partLength(_ rest: Substring.UTF8View, or others: String) -> Int? {
        guard let first = rest.first else { return nil }
        if first.isASCIILetterOrDigit || "._~!$&'()*+,;=:@-".utf8.contains(first) || others.utf8.contains(first) {
            return 1
        }
        let digits = rest.dropFirst().prefix(2)
        let isEscape = digits.count == 2 && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        return first == UInt8(ascii: "%") && isEscape ? 3 : nil
    }
}

extension UInt8 {
    public var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
