/// A `timestamptz`: an instant to the microsecond.
public struct PostgresTimestamp: PostgresValue, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, negative before.
    public let microsecondsSince1970: Int64

    /// Names an instant.
    ///
    /// The server refuses instants outside 4714 BC to AD 294276.
    public init(microsecondsSince1970: Int64) { self.microsecondsSince1970 = microsecondsSince1970 }

    /// PostgreSQL counts from 2000-01-01, which is this many microseconds after 1970-01-01.
    private static let epoch: Int64 = 946_684_800_000_000

    public static func < (one: Self, other: Self) -> Bool { one.microsecondsSince1970 < other.microsecondsSince1970 }

    public static var postgresType: PostgresType { .timestamptz }

    public func encode(into buffer: inout PostgresBuffer) {
        let (sinceEpoch, overflow) = microsecondsSince1970.subtractingReportingOverflow(Self.epoch)
        buffer.append(overflow ? Int64.min : sinceEpoch)
    }

    /// Reads a `timestamptz`, or a `timestamp` taken as UTC.
    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard type == .timestamptz || type == .timestamp else {
            throw PostgresError.decoding("type \(type.oid) is not a timestamp")
        }
        let sinceEpoch: Int64 = try bytes.integer()
        let (since1970, overflow) = sinceEpoch.addingReportingOverflow(Self.epoch)
        // The smallest and the largest number stand for -infinity and infinity.
        guard !overflow, sinceEpoch != .min else { throw PostgresError.unreadable("the timestamp is infinite") }
        self.init(microsecondsSince1970: since1970)
    }
}

/// A `date` in the Gregorian calendar.
public struct PostgresDate: PostgresValue, Hashable, Comparable {
    /// Days since 1970-01-01, negative before.
    public let daysSince1970: Int32

    /// Names a day.
    public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

    /// PostgreSQL counts from 2000-01-01, which is this many days after 1970-01-01.
    private static let epoch: Int32 = 10_957

    public static func < (one: Self, other: Self) -> Bool { one.daysSince1970 < other.daysSince1970 }

    public static var postgresType: PostgresType { .date }

    public func encode(into buffer: inout PostgresBuffer) {
        let (sinceEpoch, overflow) = daysSince1970.subtractingReportingOverflow(Self.epoch)
        buffer.append(overflow ? Int32.min : sinceEpoch)
    }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard type == .date else { throw PostgresError.decoding("type \(type.oid) is not date") }
        let sinceEpoch: Int32 = try bytes.integer()
        let (since1970, overflow) = sinceEpoch.addingReportingOverflow(Self.epoch)
        guard !overflow, sinceEpoch != .min else { throw PostgresError.unreadable("the date is infinite") }
        self.init(daysSince1970: since1970)
    }
}
