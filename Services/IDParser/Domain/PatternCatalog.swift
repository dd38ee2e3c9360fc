import Contracts
import IDParserContracts
import Patterns

/// Every university's active patterns, ready to read numbers.
struct PatternCatalog: Sendable {
    struct Entry: Sendable {
        let id: IDPatternID
        let universityId: UniversityID
        let universityCode: Code
        let priority: Int
        let pattern: StudentIDPattern
    }

    /// How many ends of a number are tried for each start in running text.
    private static let breadth = 24
    static let maximumMatches = 100
    /// The cost of matching all patterns once, in steps, plus one for each byte.
    private static let stepsPerLook = 20
    /// The cost of a reading, including its memory.
    private static let stepsPerReading = 2_000

    /// Which state of the tables it was made from.
    let revision: Int
    /// Nearly all patterns are in the first, so the price of a text does not grow with the number of universities.
    let groups: [PatternGroup]
    /// The entries of all groups, one group after the other.
    private let entries: [Entry]
    /// Tells for each entry whether it still counts.
    private let isCurrent: [Bool]

    init(revision: Int, entries: [Entry]) {
        self.init(revision: revision, base: PatternGroup(entries), changed: [:])
    }

    /// - Parameters:
    ///   - revision: Which state of the tables it shows.
    ///   - base: The patterns of all universities, perhaps as they were.
    ///   - changed: The present patterns of universities whose patterns in the base no longer count.
    init(revision: Int, base: PatternGroup, changed: [UniversityID: PatternGroup]) {
        self.revision = revision
        groups = [base] + Array(changed.values)
        entries = groups.flatMap(\.entries)
        var isCurrent = [Bool](repeating: true, count: entries.count)
        for (index, entry) in base.entries.enumerated() where changed[entry.universityId] != nil {
            isCurrent[index] = false
        }
        self.isCurrent = isCurrent
    }

    /// The entries whose pattern matches a whole form.
    private func matching(_ form: ArraySlice<UInt8>) -> [Int] {
        var start = 0
        var found: [Int] = []
        for group in groups {
            found += group.set.matching(form).map { start + $0 }
            start += group.entries.count
        }
        return found
    }

    /// Selects entries among those that count.
    private func current(where isIncluded: (Entry) -> Bool) -> [Bool] {
        zip(entries, isCurrent).map { entry, isCurrent in isCurrent && isIncluded(entry) }
    }

    /// Finds numbers in a text.
    ///
    /// - Parameters:
    ///   - text: Anything that people write numbers into.
    ///   - code: Whose patterns alone are asked; `nil` for everybody's.
    ///   - year: The present one.
    ///   - home: Which university comes first among equals.
    ///   - work: Is charged for parsing.
    ///   - limit: The maximum number of numbers found.
    /// - Returns: The numbers found, the best first.
    /// - Throws: `WorkExhausted`.
    func parse(
        _ text: String,
        in code: Code?,
        year: Int,
        home: UniversityID?,
        _ work: WorkBudget,
        limit: Int = maximumMatches
    ) throws -> ParsedText {
        let allowed = current { code == nil || $0.universityCode.isEqual(to: code) }
        guard allowed.contains(true) else { return ParsedText(matches: [], patternsConfigured: false) }
        let folded = try FoldedText(text, work)
        var findings: [Int: [Finding]] = [:]
        for range in try candidates(in: folded, work) {
            for finding in try read(range, of: folded, year: year, by: allowed, work) {
                findings[finding.entry, default: []].append(finding)
            }
        }
        try work.spend(findings.count * folded.count / 8)
        let chosen = findings.values.flatMap { Self.withoutOverlaps($0, in: folded) }
        return ParsedText(matches: ranked(chosen, in: folded, home: home, limit: limit), patternsConfigured: true)
    }

    /// Where a number may stand, as far as its beginning shows; the whole text in any case, which may have no digit.
    private func candidates(in folded: FoldedText, _ work: WorkBudget) throws -> [Range<Int>] {
        var candidates: [Range<Int>] = []
        for start in folded.starts {
            let reach = folded.reach(from: start, length: StudentIDPattern.maximumLength)
            try work.spend(2 * (Self.stepsPerLook + reach.count) * groups.count)
            let forms = folded.forms(of: reach)
            guard groups.contains(where: { forms.contains(where: $0.beginnings.matchesAny) }) else { continue }
            for end in folded.ends(in: reach, breadth: Self.breadth) where start..<end != folded.whole {
                candidates.append(start..<end)
            }
        }
        let isShort = (1...StudentIDPattern.maximumLength).contains(folded.length(of: folded.whole))
        return isShort ? candidates + [folded.whole] : candidates
    }

    /// Checks a text that is to be a number of one university.
    ///
    /// - Throws: `ValidationError` if the text is longer than any number; `WorkExhausted`.
    func verify(
        _ written: WrittenStudentID,
        of isUniversity: (UniversityID, Code) -> Bool,
        claims: StudentIDClaims?,
        year: Int,
        _ work: WorkBudget
    ) throws -> StudentIDVerification {
        let folded = try FoldedText(written.text, work)
        guard folded.length(of: folded.whole) <= StudentIDPattern.maximumLength else {
            let message = "Must have at most \(StudentIDPattern.maximumLength) characters beside spaces and dashes."
            throw ValidationError("studentId", .tooLong, message)
        }
        let configured = current { isUniversity($0.universityId, $0.universityCode) }
        let compact = folded.forms(of: folded.whole)[0]
        let readings = try read(folded.whole, of: folded, year: year, by: configured, work).map { finding in
            var finding = finding
            finding.reading = finding.reading.compared(with: claims)
            return finding
        }
        let best = readings.min { one, other in
            (one.reading.reasons.count, -entries[one.entry].priority, entries[one.entry].id)
                < (other.reading.reasons.count, -entries[other.entry].priority, entries[other.entry].id)
        }
        let isConfigured = configured.contains(true)
        let fault: StudentIDReason = isConfigured ? .noPatternMatches : .noPatternConfigured
        return StudentIDVerification(
            valid: best?.reading.isValid ?? false,
            reasons: best?.reading.reasons ?? [fault],
            patternsConfigured: isConfigured,
            studentId: best?.reading.studentId ?? String(decoding: compact, as: UTF8.self),
            patternId: best.map { entries[$0.entry].id },
            fields: best?.reading.fields ?? [:],
            normalization: best?.normalization ?? folded.normalization(of: folded.whole, as: compact)
        )
    }

    /// One pattern's reading of one place.
    private struct Finding {
        let entry: Int
        let range: Range<Int>
        var reading: StudentIDReading
        let normalization: [Normalization]
    }

    /// Reads a range by the allowed patterns, preferring the compact form where a pattern takes both.
    private func read(
        _ range: Range<Int>,
        of folded: FoldedText,
        year: Int,
        by allowed: [Bool],
        _ work: WorkBudget
    ) throws -> [Finding] {
        var findings: [Int: Finding] = [:]
        for form in folded.forms(of: range) {
            try work.spend((Self.stepsPerLook + form.count) * groups.count)
            for entry in matching(form) where allowed[entry] && findings[entry] == nil {
                try work.spend(Self.stepsPerReading)
                guard let reading = entries[entry].pattern.read(form, year: year) else { continue }
                let normalization = folded.normalization(of: range, as: Array(reading.studentId.utf8)[...])
                findings[entry] = Finding(entry: entry, range: range, reading: reading, normalization: normalization)
            }
        }
        return Array(findings.values)
    }

    /// Of one pattern's readings that share characters, the one that nothing speaks against, then the longest, then the
    /// first.
    private static func withoutOverlaps(_ findings: [Finding], in folded: FoldedText) -> [Finding] {
        var isTaken = [Bool](repeating: false, count: folded.count)
        let byWorth = findings.sorted { one, other in
            (one.reading.isValid ? 0 : 1, -one.range.count, one.range.lowerBound)
                < (other.reading.isValid ? 0 : 1, -other.range.count, other.range.lowerBound)
        }
        return byWorth.filter { finding in
            guard !isTaken[finding.range].contains(true) else { return false }
            for position in finding.range { isTaken[position] = true }
            return true
        }
    }

    /// The best first.
    ///
    /// Where several universities' patterns take the same characters, each is as much less likely.
    private func ranked(
        _ findings: [Finding],
        in folded: FoldedText,
        home: UniversityID?,
        limit: Int
    ) -> [StudentIDMatch] {
        var claimants: [Range<Int>: Set<UniversityID>] = [:]
        for finding in findings where finding.reading.isValid {
            claimants[finding.range, default: []].insert(entries[finding.entry].universityId)
        }
        let rated = findings.map { finding in
            let others = claimants[finding.range, default: []].union([entries[finding.entry].universityId])
            return (finding, others.count, finding.reading.confidence / Double(others.count))
        }
        let sorted = rated.sorted { one, other in
            if one.2 != other.2 { return one.2 > other.2 }
            let (first, second) = (entries[one.0.entry], entries[other.0.entry])
            return (first.universityId == home ? 0 : 1, -first.priority, one.0.range.lowerBound, first.id)
                < (second.universityId == home ? 0 : 1, -second.priority, other.0.range.lowerBound, second.id)
        }
        return sorted.prefix(limit).map { finding, universities, confidence in
            let entry = entries[finding.entry]
            return StudentIDMatch(
                universityCode: entry.universityCode,
                universityId: entry.universityId,
                patternId: entry.id,
                studentId: finding.reading.studentId,
                fields: finding.reading.fields,
                valid: finding.reading.isValid,
                confidence: (confidence * 1_000).rounded() / 1_000,
                source: .text,
                ambiguous: universities > 1,
                reasons: finding.reading.reasons,
                normalization: finding.normalization
            )
        }
    }
}

extension Code {
    /// Compares two ASCII codes without regard to case.
    func isEqual(to other: Code?) -> Bool {
        guard let other, text.utf8.count == other.text.utf8.count else { return false }
        return zip(text.utf8, other.text.utf8).allSatisfy { $0.asciiCapital == $1.asciiCapital }
    }
}

extension UInt8 {
    fileprivate var asciiCapital: UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) ? self & 0xDF : self
    }
}
