public import Contracts

/// What an answer must be beyond its type.
///
/// Only the rules that are set are written.
public struct ValidationRules: ContractObject, Equatable {
    public var minLength: Whole<0, 20_000>?
    public var maxLength: Whole<0, 20_000>?
    /// A regular expression that the whole text must match; runs in linear time (RE2's syntax).
    public var pattern: Text<1, 1_000>?
    public var min: Double?
    public var max: Double?
    /// Numbers must be a multiple of it, counted from `min`.
    public var step: Double?
    public var minSelections: Whole<0, 1_000>?
    public var maxSelections: Whole<1, 1_000>?
    public var minDate: DateBound?
    public var maxDate: DateBound?
    public var fileTypes: [FileType]?
    public var maxFileSizeBytes: Whole<1, 1_073_741_824>?
    public var maxFiles: Whole<1, 100>?
    /// What a person reads instead of the rule's own message.
    public var message: Title<1, 500>?

    public init(
        minLength: Whole<0, 20_000>? = nil,
        maxLength: Whole<0, 20_000>? = nil,
        pattern: Text<1, 1_000>? = nil,
        min: Double? = nil,
        max: Double? = nil,
        step: Double? = nil,
        minSelections: Whole<0, 1_000>? = nil,
        maxSelections: Whole<1, 1_000>? = nil,
        minDate: DateBound? = nil,
        maxDate: DateBound? = nil,
        message: Title<1, 500>? = nil
    ) {
        self.minLength = minLength
        self.maxLength = maxLength
        self.pattern = pattern
        self.min = min
        self.max = max
        self.step = step
        self.minSelections = minSelections
        self.maxSelections = maxSelections
        self.minDate = minDate
        self.maxDate = maxDate
        self.message = message
    }

    // A question has two or three of these rules: writing the others as null would double a form's size.
    public static let writesNil = false
}

/// A media type such as `application/pdf` or `image/*`, or a file name's end such as `.pdf`.
public struct FileType: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(2...100, example: "application/pdf")
}

/// The first or last day, time of day or instant that an answer may name, written like the answers of the question.
public struct DateBound: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(5...40, example: "2026-03-01") { text in
        CalendarDate(text) != nil || TimeOfDay(text) != nil || Timestamp(text) != nil
            ? nil : "Must be a date (2026-03-01), a time (09:30) or a time with a date (2026-03-01T09:30:00Z)."
    }
}

/// A time of day: `HH:MM`, 00:00 to 23:59.
public struct TimeOfDay: TextValue, Comparable {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(5...5, pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", example: "09:30") { text in
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let isTime =
            parts.count == 2 && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(isDigit) }
            && (Int(Substring(parts[0])) ?? 24) < 24 && (Int(Substring(parts[1])) ?? 60) < 60
        return isTime ? nil : "Must be a time such as 09:30."
    }

    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.text < right.text }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
