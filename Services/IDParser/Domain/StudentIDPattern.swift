import Contracts
import IDParserContracts
import Patterns

/// A pattern that is ready to read numbers.
struct StudentIDPattern: Sendable {
    /// Case does not matter in student numbers, and a number is short, so a small program does.
    static let options = Pattern.Options(isCaseSensitive: false, memoryLimit: 128 * 1024)
    /// Memory limits tried in turn, so that small patterns use little.
    private static let memoryLimits = [32 * 1024, 64 * 1024, options.memoryLimit]
    /// In characters, without separators.
    static let maximumLength = 64

    let pattern: Pattern
    /// Matches the beginning of whatever begins with a number of this pattern, if of other texts too.
    let beginning: Pattern
    /// The maximum memory of the pattern, its beginning and its fields, in bytes.
    let memory: Int
    private let checksum: ChecksumRule
    private let fields: [String: IDField]

    /// - Parameters:
    ///   - source: Source in RE2's syntax.
    ///   - checksum: Detects mistyped numbers.
    ///   - fields: The meaning of each group.
    /// - Throws: `PatternError` if RE2 refuses the pattern even with the largest limit.
    init(_ source: PatternSource, checksum: ChecksumRule, fields: [String: IDField]) throws(PatternError) {
        let (pattern, limit) = try Self.compile(source.text)
        self.pattern = pattern
        beginning = Self.beginning(of: pattern, limit)
        memory = fields.values.reduce(2 * limit) { sum, field in
            (field.values ?? [:]).reduce(sum) { $0 + $1.key.utf8.count + $1.value.text.utf8.count + 64 }
        }
        self.checksum = checksum
        // Looked up by folded text.
        self.fields = fields.mapValues { field in
            IDField(
                description: nil,
                pivot: field.pivot,
                values: field.values.map { values in
                    Dictionary(values.map { ($0.key.uppercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
                }
            )
        }
    }

    private static func compile(_ source: String) throws(PatternError) -> (Pattern, limit: Int) {
        for limit in memoryLimits.dropLast() {
            do { return (try Pattern(source, options: options(limit)), limit) } catch {
                guard error.reason == .tooLarge else { throw error }
            }
        }
        return (try Pattern(source, options: options), options.memoryLimit)
    }

    private static func options(_ limit: Int) -> Pattern.Options {
        Pattern.Options(isCaseSensitive: options.isCaseSensitive, memoryLimit: limit)
    }

    /// The pattern itself, unless it looks at what follows the number; then one that matches everywhere.
    private static func beginning(of pattern: Pattern, _ limit: Int) -> Pattern {
        let source =
            pattern.source.hasSuffix("$") && !pattern.source.hasSuffix("\\$")
            ? String(pattern.source.dropLast()) : pattern.source
        let looksFurther = ["$", "\\z", "\\b", "\\B"].contains { source.contains($0) }
        // Both compile: the one is empty, the other the pattern without its last character, an assertion of its own.
        return (try? Pattern(looksFurther ? "" : source, options: options(limit))) ?? pattern
    }

    /// Reads a folded text as a whole number in canonical form: dashes where the pattern allows other separators.
    ///
    /// - Parameters:
    ///   - form: One of the forms of `FoldedText`.
    ///   - year: The current year, for the plausibility of years of entry.
    /// - Returns: `nil` if the pattern does not match.
    func read(_ form: ArraySlice<UInt8>, year: Int) -> StudentIDReading? {
        let space = UInt8(ascii: " ")
        if form.contains(space) {
            let dashed = form.map { $0 == space ? UInt8(ascii: "-") : $0 }
            if let reading = read(String(decoding: dashed, as: UTF8.self), year: year) { return reading }
        }
        return read(String(decoding: form, as: UTF8.self), year: year)
    }

    /// Reads a text unchanged.
    ///
    /// - Parameters:
    ///   - text: In one of the forms of `FoldedText`.
    ///   - year: The present one, for the plausibility of years of entry.
    /// - Returns: `nil` when the pattern does not take it.
    func read(_ text: String, year: Int) -> StudentIDReading? {
        guard let match = pattern.wholeMatch(of: text) else { return nil }
        var values: [String: String] = [:]
        for (name, text) in match.groups where name != "payload" { values[name] = value(of: text, in: name) }
        var reasons: [StudentIDReason] = []
        if !checksum.isRight(Self.sequence(match)) { reasons.append(.wrongCheckDigit) }
        if let entry = values["year"], entry.utf8.count == 4, let entry = Int(entry),
            !(1_900...(year + 1)).contains(entry)
        {
            reasons.append(.implausibleYear)
        }
        return StudentIDReading(studentId: text, fields: values, reasons: reasons, hasChecksum: checksum.isAny)
    }

    private func value(of text: String, in name: String) -> String {
        guard let field = fields[name] else { return text }
        if let value = field.values?[text] { return value.text }
        guard let pivot = field.pivot?.value, text.utf8.count == 2, let short = Int(text) else { return text }
        return String(short + (short <= pivot ? 2_000 : 1_900))
    }

    /// What the checksum runs over: the group `payload` or else all, with the group `checkDigit` at the end.
    private static func sequence(_ match: PatternMatch) -> String {
        let base = match.groupRanges["payload"] ?? match.range
        guard let check = match.groupRanges["checkDigit"] else { return match.text.utf8.string(base) }
        return match.text.utf8.string(base.lowerBound..<min(max(check.lowerBound, base.lowerBound), base.upperBound))
            + match.text.utf8.string(min(max(check.upperBound, base.lowerBound), base.upperBound)..<base.upperBound)
            + match.text.utf8.string(check)
    }
}

/// How one pattern reads one number.
struct StudentIDReading: Sendable, Equatable {
    let studentId: String
    let fields: [String: String]
    /// What speaks against it.
    var reasons: [StudentIDReason]
    let hasChecksum: Bool

    var isValid: Bool { reasons.isEmpty }

    /// How likely it is that the text was meant so, from 0 to 1.
    ///
    /// A right check digit hardly comes by chance, a wrong one hardly by anything but a slip.
    var confidence: Double {
        let start = reasons.contains(.wrongCheckDigit) ? 0.2 : hasChecksum ? 0.95 : 0.6
        return reasons.contains(.implausibleYear) ? start / 2 : start
    }

    /// The reading with what the number's owner says of it held against it; what the pattern does not name is not.
    func compared(with claims: StudentIDClaims?) -> StudentIDReading {
        var reading = self
        if let claim = claims?.departmentCode, let department = fields["department"],
            claim.text.uppercased() != department.uppercased()
        {
            reading.reasons.append(.departmentDiffers)
        }
        if let claim = claims?.entryYear?.value, let year = fields["year"], let entry = Int(year),
            entry != (year.utf8.count == 2 ? claim % 100 : claim)
        {
            reading.reasons.append(.entryYearDiffers)
        }
        return reading
    }
}

extension ChecksumRule {
    fileprivate var isAny: Bool {
        if case .none = self { false } else { true }
    }
}

extension String.UTF8View {
    fileprivate func string(_ range: Range<Int>) -> String {
        String(decoding: dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
    }
}
