import Clocks

/// An instant in microseconds, as PostgreSQL's `timestamptz` keeps it.
public struct Timestamp: ContractLeaf, Hashable, Comparable, CustomStringConvertible {
    /// Since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// What RFC 3339 can write: the years 1 to 9999 in UTC.
    public static let writable =
        Timestamp(
            microseconds: -62_135_596_800_000_000
        )...Timestamp(
            microseconds: 253_402_300_799_999_999
        )

    /// The time of day, which goes on steadily when the system's clock is set.
    public static func now() -> Timestamp { Timestamp(microseconds: TimeOfDay.nanoseconds() / 1_000) }

    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(microseconds: time.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }

    /// The time from `earlier` to `later`.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .microseconds(later.microseconds - earlier.microseconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// Whole seconds since 1970, as JWT's NumericDate.
    public var secondsSince1970: Int { Int(microseconds / 1_000_000) }

    /// RFC 3339 in UTC with milliseconds: `2026-03-01T09:30:00.000Z`.
    public var description: String {
        let milliseconds = microseconds.quotientRoundingDown(by: 1_000)
        let seconds = milliseconds.quotientRoundingDown(by: 1_000)
        let days = seconds.quotientRoundingDown(by: 86_400)
        let date = CalendarDate(daysSince1970: Int(days))
        let second = Int(seconds - days * 86_400)
        let fraction = Int(milliseconds - seconds * 1_000)
        return
            "\(date)T\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2)).\(pad(fraction, 3))Z"
    }

    /// Reads RFC 3339 with any offset and up to nine digits of a second; what is finer than a microsecond is dropped.
    ///
    /// - Returns: `nil` also for an instant whose year in UTC is not 1 to 9999, since it could not be written.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            let date = CalendarDate(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = bytes.number(11, 2), bytes[13] == UInt8(ascii: ":"), let minute = bytes.number(14, 2),
            bytes[16] == UInt8(ascii: ":"), let second = bytes.number(17, 2), hour < 24, minute < 60, second < 60
        else { return nil }
        var position = 19
        var fraction = 0
        if bytes[position] == UInt8(ascii: ".") {
            let digits = bytes[(position + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            fraction = digits.prefix(6).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            for _ in digits.prefix(6).count..<6 { fraction *= 10 }
            position += 1 + digits.count
        }
        guard let offset = Self.offsetMinutes(bytes[position...]) else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        microseconds = Int64(seconds) * 1_000_000 + Int64(fraction)
        guard Self.writable.contains(self) else { return nil }
    }

    /// `Z` or `+hh:mm`.
    private static func offsetMinutes(_ slice: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(slice)
        if bytes == [UInt8(ascii: "Z")] || bytes == [UInt8(ascii: "z")] { return 0 }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = bytes.number(1, 2), hours < 24,
            let minutes = bytes.number(4, 2), minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }

    public static var placeholder: Timestamp { Timestamp(microseconds: 0) }

    private static let pattern =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            [
                "type": "string", "format": "date-time", "minLength": 20, "maxLength": 40,
                "pattern": .string(pattern), "examples": ["2026-03-01T09:30:00.000Z"],
            ]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> Timestamp {
        guard let time = json.stringValue.flatMap(Timestamp.init) else {
            reader.fail(.badFormat, "Must be a time such as 2026-03-01T09:30:00Z, in the years 1 to 9999 of UTC.")
            return placeholder
        }
        return time
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

/// A day of the proleptic Gregorian calendar, years 1 to 9999.
public struct CalendarDate: ContractLeaf, Hashable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// - Returns: `nil` for a day that the calendar does not have.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month) else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Reads `YYYY-MM-DD`.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = bytes.number(0, 4), let month = bytes.number(5, 2), let day = bytes.number(8, 2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Days from civil date and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
    public init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = shifted.quotientRoundingDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.quotientRoundingDown(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public var description: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    public static var placeholder: CalendarDate { CalendarDate(daysSince1970: 0) }

    public static func schema(_ components: inout SchemaComponents) -> JSONValue {
        components.reference(to: self) { _ in
            [
                "type": "string", "format": "date", "minLength": 10, "maxLength": 10,
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-03-01"],
            ]
        }
    }

    public static func read(_ json: JSONValue, _ reader: ContractReader) -> CalendarDate {
        guard let date = json.stringValue.flatMap(CalendarDate.init) else {
            reader.fail(.badFormat, "Must be a date such as 2026-03-01.")
            return placeholder
        }
        return date
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension BinaryInteger {
    fileprivate func quotientRoundingDown(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// The number that `count` digits from `start` spell, or `nil` if one of them is no digit.
    fileprivate func number(_ start: Int, _ count: Int) -> Int? {
        guard start + count <= self.count else { return nil }
        var number = 0
        for byte in self[start..<start + count] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }
}

private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension CalendarDate: ExpressibleByStringLiteral {
    public init(stringLiteral value: StaticString) {
        guard let date = CalendarDate(value.description) else { preconditionFailure("\(value) is no day") }
        self = date
    }
}
