public import Contracts

/// One way to read a student number.
public struct StudentIDMatch: ContractObject, Equatable {
    public let universityCode: Code
    public let universityId: UniversityID
    public let patternId: IDPatternID
    /// The number in canonical form: NFKC, capital letters, and only the separators that the pattern requires.
    public let studentId: String
    /// The pattern's named groups that took part, as their field rules read them.
    public let fields: [String: String]
    /// Whether nothing speaks against it.
    ///
    /// That such a student exists is not checked anywhere.
    public let valid: Bool
    /// From 0 to 1, for ranking.
    public let confidence: Double
    public let source: StudentIDSource
    /// Whether another university's pattern takes the same characters.
    public let ambiguous: Bool
    /// What speaks against it.
    public let reasons: [StudentIDReason]
    /// What was changed to read it.
    public let normalization: [Normalization]

    public init(
        universityCode: Code,
        universityId: UniversityID,
        patternId: IDPatternID,
        studentId: String,
        fields: [String: String],
        valid: Bool,
        confidence: Double,
        source: StudentIDSource,
        ambiguous: Bool,
        reasons: [StudentIDReason],
        normalization: [Normalization]
    ) {
        self.universityCode = universityCode
        self.universityId = universityId
        self.patternId = patternId
        self.studentId = studentId
        self.fields = fields
        self.valid = valid
        self.confidence = confidence
        self.source = source
        self.ambiguous = ambiguous
        self.reasons = reasons
        self.normalization = normalization
    }
}

/// Where a number was read from.
public enum StudentIDSource: String, ChoiceValue {
    case text
}

/// What speaks against a student number.
public enum StudentIDReason: String, ChoiceValue {
    /// The university has no active pattern, so nothing can be said.
    case noPatternConfigured = "no-pattern-configured"
    case noPatternMatches = "no-pattern-matches"
    case wrongCheckDigit = "wrong-check-digit"
    /// The year of entry is before 1900 or after next year.
    case implausibleYear = "implausible-year"
    case departmentDiffers = "department-differs"
    case entryYearDiffers = "entry-year-differs"
}

/// What was changed to read a number.
public enum Normalization: String, ChoiceValue {
    /// Spaces, dashes and invisible characters were left out or made alike.
    case separators
    /// Small letters were made large.
    case letterCase = "case"
    /// Full-width and other compatibility forms, and other scripts' digits, were replaced with plain ones.
    case digits
}
