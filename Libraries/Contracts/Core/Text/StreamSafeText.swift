/// Text that can be normalised in linear time: at most 30 non-starters in a row (UAX #15, Stream-Safe Text Format).
///
/// `String` compares and hashes by canonical equivalence, and sorts runs of combining marks for it, which costs the
/// square of a run's length. So text from outside is checked here before anything compares, hashes or normalises it.
public enum StreamSafeText {
    /// The longest run of non-starters.
    public static let longestRun = 30

    /// Describes the fault of a text that is not safe.
    public static let fault = "Must not have more than \(longestRun) combining marks in a row."

    /// Checks a text in one pass, without normalising it.
    ///
    /// The normal form of a safe text may be unsafe: letters decompose into marks, and lowercasing adds some.
    ///
    /// - Parameter text: Of any length; takes a few nanoseconds a scalar.
    /// - Returns: Whether no run of non-starters is longer than `longestRun`.
    public static func isSafe(_ text: some StringProtocol) -> Bool { isSafe(text, passingInvisible: false) }

    /// Checks a text that may be compared without its invisible characters, which do not interrupt a run here.
    ///
    /// - Parameter text: A text of a request, of any length.
    /// - Returns: Whether no run of non-starters, with invisible characters between them or not, is longer than
    ///   `longestRun`.
    static func isSafe(folding text: some StringProtocol) -> Bool { isSafe(text, passingInvisible: true) }

    private static func isSafe(_ text: some StringProtocol, passingInvisible: Bool) -> Bool {
        guard text.utf8.count > longestRun else { return true }  // a non-starter takes two bytes or more
        var run = 0
        for scalar in text.unicodeScalars {
            let count = nonStarters(in: scalar)
            let continues = count > 0 || passingInvisible && run > 0 && scalar.properties.isDefaultIgnorableCodePoint
            run = continues ? run + count : 0
            guard run <= longestRun else { return false }
        }
        return true
    }

    /// The leading non-starters of a scalar's compatibility decomposition.
    ///
    /// The table has the scalars whose decomposition begins otherwise than their own combining class says (Unicode 14 to 16).
    private static func nonStarters(in scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x300: 0
        case 0x344, 0xF73, 0xF75, 0xF81: 2
        case 0xFF9E, 0xFF9F: 1
        default: scalar.properties.canonicalCombiningClass == .notReordered ? 0 : 1
        }
    }
}

extension StringProtocol {
    /// Whether two texts are the same bytes, which takes linear time whatever they hold.
    ///
    /// `==` compares by canonical equivalence instead; use this for names, codes, tokens and choices.
    public func hasSameBytes(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }

    /// Whether the text begins with the bytes of another.
    public func hasSameBytes(asPrefix prefix: some StringProtocol) -> Bool {
        utf8.starts(with: prefix.utf8)
    }
}

/// A text as a key of a `Set` or `Dictionary`, compared and hashed as UTF-8, which takes linear time whatever it holds.
public struct UTF8Key: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: Self, right: Self) -> Bool { left.text.hasSameBytes(as: right.text) }

    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(count)
    }
}
