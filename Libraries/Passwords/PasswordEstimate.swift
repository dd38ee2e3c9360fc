/// How hard a password is to guess for someone who tries the well-known ones first.
///
/// The estimate is the cheapest way of writing the password down as known words, keyboard runs, years, repetitions and
/// single characters, with a price in bits for each; after Wheeler, *zxcvbn: Low-Budget Password Strength Estimation*,
/// 2016, with a short list in place of large dictionaries. It is there to refuse `Password1234!`, not to rate passwords.
public struct PasswordEstimate: Sendable {
    /// The prices; a word of the list has 8 bits because the list has about 2⁸ words.
    private enum Bits {
        static let character = 6
        static let word = 8
        static let run = 6
        static let year = 6
        static let known = 4
        static let repetition = 4
        /// A word, a run and one more thing: what every list of leaked passwords is full of.
        static let common = 20
    }

    /// The cheapest description found.
    public let bits: Int

    /// Whether the password is among those that are tried first.
    public var isCommon: Bool { bits <= Bits.common }

    /// - Parameters:
    ///   - password: At most a few hundred characters: the work grows with the square of the length.
    ///   - known: What a guesser knows of the person, such as the parts of the address.
    public init(_ password: String, known: [String] = []) {
        let plain = Array(password.lowercased().utf8)
        let folded = plain.map(WellKnown.folded)
        let known = known.map { $0.lowercased().utf8.map(WellKnown.folded) }.filter { $0.count >= 3 }
        let repetitions = Self.repetitions(in: plain)

        var best = (0...plain.count).map { $0 * Bits.character }
        for start in plain.indices {
            func offer(_ bits: Int, _ lengths: ClosedRange<Int>) {
                for length in lengths { best[start + length] = min(best[start + length], best[start] + bits) }
            }
            offer(Bits.character, 1...1)
            let run = WellKnown.run(in: plain[start...])
            if run >= 3 { offer(Bits.run, 3...run) }
            if repetitions[start] >= 3 { offer(Bits.repetition, 3...repetitions[start]) }
            if Self.isYear(plain[start...].prefix(4)) { offer(Bits.year, 4...4) }
            for word in known where folded[start...].starts(with: word) {
                offer(Bits.known, word.count...word.count)
            }
            for end in plain.indices.dropFirst(start + 2).prefix(WellKnown.longestWord - 2) {
                let piece = folded[start...end]
                if WellKnown.words.contains(piece) { offer(Bits.word, piece.count...piece.count) }
            }
        }
        bits = best[plain.count]
    }

    /// For each position, how many bytes from there on have stood somewhere before; they may overlap with themselves.
    private static func repetitions(in text: [UInt8]) -> [Int] {
        var longest = [Int](repeating: 0, count: text.count)
        // common[j] is the length of what the texts from i and from j on have in common, built from the end.
        var common = [Int](repeating: 0, count: text.count + 1)
        for i in text.indices.reversed() {
            for j in 0..<i {
                common[j] = text[i] == text[j] ? common[j + 1] + 1 : 0
                longest[i] = max(longest[i], common[j])
            }
            common[i] = 0
        }
        return longest
    }

    /// 1900 to 2099.
    private static func isYear(_ text: ArraySlice<UInt8>) -> Bool {
        text.count == 4 && (text.starts(with: "19".utf8) || text.starts(with: "20".utf8))
            && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
