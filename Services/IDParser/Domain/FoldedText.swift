import Contracts
import Foundation
import IDParserContracts

/// A text as patterns see it: letters large, digits plain, separators alike, in two forms.
///
/// The spaced one keeps one `-` or space where separators stood, the compact one none, so that a number is found
/// however its parts are set apart.
///
/// Nothing here depends on a locale.
struct FoldedText {
    /// A character of the spaced form.
    private struct Unit {
        let scalar: Unicode.Scalar
        var changes: Set<Normalization> = []
        var isSeparator: Bool { scalar == "-" || scalar == " " }
        /// Whether it belongs to a word; other scripts' letters do not, since ideographs stand next to numbers.
        var isWord: Bool { scalar.isASCII && UInt8(scalar.value).isASCIILetterOrDigit }
        var isDigit: Bool { ("0"..."9").contains(scalar) }
    }

    private static let stepsPerByte = 20
    private static let stepsPerUnit = 10

    private let units: [Unit]
    private let spaced: [UInt8]
    private let compact: [UInt8]
    /// Where each unit, and the end, stands in the two forms.
    private let spacedOffsets: [Int]
    private let compactOffsets: [Int]
    /// How many characters of the compact form stand before each unit.
    private let lengths: [Int]

    /// - Parameters:
    ///   - text: Stream-safe text, as the JSON reader ensures.
    ///   - work: Is charged for folding.
    /// - Throws: `WorkExhausted`.
    init(_ text: String, _ work: WorkBudget) throws(WorkExhausted) {
        try work.spend(text.utf8.count * Self.stepsPerByte)
        units = Self.fold(text.precomposedStringWithCanonicalMapping)
        try work.spend(units.count * Self.stepsPerUnit)
        var (spaced, compact): ([UInt8], [UInt8]) = ([], [])
        var (spacedOffsets, compactOffsets, lengths) = ([0], [0], [0])
        for unit in units {
            let utf8 = UTF8.encode(unit.scalar) ?? UTF8.encodedReplacementCharacter
            spaced.append(contentsOf: utf8)
            if !unit.isSeparator { compact.append(contentsOf: utf8) }
            spacedOffsets.append(spaced.count)
            compactOffsets.append(compact.count)
            lengths.append((lengths.last ?? 0) + (unit.isSeparator ? 0 : 1))
        }
        (self.spaced, self.compact) = (spaced, compact)
        (self.spacedOffsets, self.compactOffsets, self.lengths) = (spacedOffsets, compactOffsets, lengths)
    }

    var count: Int { units.count }
    /// The whole text; nothing when nothing but separators stood there.
    var whole: Range<Int> { 0..<count }

    /// The characters of a range in both forms, the compact one first, or once when they are the same.
    func forms(of range: Range<Int>) -> [ArraySlice<UInt8>] {
        let compact = compact[compactOffsets[range.lowerBound]..<compactOffsets[range.upperBound]]
        let spaced = spaced[spacedOffsets[range.lowerBound]..<spacedOffsets[range.upperBound]]
        return compact.count == spaced.count ? [compact] : [compact, spaced]
    }

    /// How many characters the compact form of a range has.
    func length(of range: Range<Int>) -> Int { lengths[range.upperBound] - lengths[range.lowerBound] }

    /// What was changed to read a range in one of its forms.
    func normalization(of range: Range<Int>, as form: ArraySlice<UInt8>) -> [Normalization] {
        var changes = units[range].reduce(into: Set<Normalization>()) { $0.formUnion($1.changes) }
        if !form.elementsEqual(spaced[spacedOffsets[range.lowerBound]..<spacedOffsets[range.upperBound]]) {
            changes.insert(.separators)
        }
        return Normalization.allCases.filter(changes.contains)
    }

    /// Where numbers may begin in running text: at the edge of a word.
    var starts: [Int] { whole.filter { isEdge($0) && !units[$0].isSeparator && units[$0].scalar != "\n" } }

    /// What may belong to a number that begins here: the rest of the line, up to so many characters.
    func reach(from start: Int, length maximumLength: Int) -> Range<Int> {
        var end = start
        while end < count, units[end].scalar != "\n", length(of: start..<(end + 1)) <= maximumLength { end += 1 }
        return start..<end
    }

    /// Where numbers that begin with a range may end in it: at the edge of a word, after a digit.
    ///
    /// Words without a digit are no numbers, for else a pattern that takes letters would find every sentence.
    ///
    /// No more than `breadth` are tried, which bounds the work for text made of short words.
    func ends(in reach: Range<Int>, breadth: Int) -> [Int] {
        guard let digit = reach.first(where: { units[$0].isDigit }) else { return [] }
        let ends = (reach.lowerBound + 1...reach.upperBound).lazy.filter { isEdge($0) && !units[$0 - 1].isSeparator }
        return ends.prefix(breadth).filter { $0 > digit }
    }

    private func isEdge(_ position: Int) -> Bool {
        position == 0 || position == count || !units[position - 1].isWord || !units[position].isWord
    }

    private static func fold(_ text: String) -> [Unit] {
        var units: [Unit] = []
        var pending: Set<Normalization> = []  // what was left out before the next character
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .format || scalar.properties.isDefaultIgnorableCodePoint {
                pending.insert(.separators)
                continue
            }
            if let separator = separator(scalar) {
                append(separator, scalar, to: &units)
                continue
            }
            for var unit in fold(scalar) {
                unit.changes.formUnion(pending)
                units.append(unit)
                pending = []
            }
        }
        return trimmed(units)
    }

    /// Writes a run of separators as one, a dash if there is any in it.
    private static func append(_ separator: Unicode.Scalar, _ original: Unicode.Scalar, to units: inout [Unit]) {
        guard let last = units.last, last.isSeparator else {
            units.append(Unit(scalar: separator, changes: separator == original ? [] : [.separators]))
            return
        }
        units[units.count - 1] = Unit(
            scalar: last.scalar == "-" ? "-" : separator,
            changes: last.changes.union([.separators])
        )
    }

    private static func trimmed(_ units: [Unit]) -> [Unit] {
        func isBlank(_ unit: Unit) -> Bool { unit.isSeparator || unit.scalar == "\n" }
        guard let first = units.firstIndex(where: { !isBlank($0) }), let last = units.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(units[first...last])
    }

    /// `-` for any dash, a space for any space within a line.
    private static func separator(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        if scalar.properties.generalCategory == .dashPunctuation || scalar == "\u{2212}" { return "-" }
        return scalar.properties.isWhitespace && !isLineBreak(scalar) ? " " : nil
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        ("\n"..."\r").contains(scalar) || scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    private static func fold(_ scalar: Unicode.Scalar) -> [Unit] {
        if isLineBreak(scalar) { return [Unit(scalar: "\n")] }
        if scalar.isASCII { return capitals(of: scalar, []) }
        if let digit = decimalDigit(scalar) { return [Unit(scalar: digit, changes: [.digits])] }
        if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
            return capitals(of: narrow, [.digits])
        }
        let plain = String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars
        guard plain.count > 1 || plain.first != scalar else { return capitals(of: scalar, []) }
        return plain.flatMap { capitals(of: $0, [.digits]) }
    }

    private static func capitals(of scalar: Unicode.Scalar, _ changes: Set<Normalization>) -> [Unit] {
        let large = scalar.properties.uppercaseMapping.unicodeScalars
        let isSmall = large.count > 1 || large.first != scalar
        return large.map { Unit(scalar: $0, changes: isSmall ? changes.union([.letterCase]) : changes) }
    }

    private static func decimalDigit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else { return nil }
        return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
    }
}
