import Contracts
import IDParserContracts
import TestKit
import Testing

@testable import IDParser

@Suite("Reading of student numbers")
struct PatternCatalogTests {
    private static let (north, south) = (UniversityID(), UniversityID())

    private static func entry(
        _ pattern: String,
        of code: String = "NORTH",
        checksum: Checksum = .none,
        fields: [String: IDField] = [:],
        priority: Int = 0
    ) throws -> PatternCatalog.Entry {
        var content = IDPatternContent(try ServiceLab.pattern(pattern, of: code, checksum: checksum))
        content.fields = fields
        return PatternCatalog.Entry(
            id: IDPatternID(),
            universityId: code == "NORTH" ? north : south,
            universityCode: Code(unchecked: code),
            priority: priority,
            pattern: try content.compiled(.unlimited)
        )
    }

    private static func catalog(_ entries: PatternCatalog.Entry...) -> PatternCatalog {
        PatternCatalog(revision: 1, entries: entries)
    }

    private static func parse(
        _ text: String,
        _ entries: PatternCatalog.Entry...,
        home: UniversityID? = nil
    ) throws -> [StudentIDMatch] {
        try PatternCatalog(revision: 1, entries: entries)
            .parse(text, in: nil, year: 2026, home: home, .unlimited).matches
    }

    private static func verify(
        _ number: String,
        _ claims: StudentIDClaims? = nil,
        _ entries: PatternCatalog.Entry...
    ) throws -> StudentIDVerification {
        try PatternCatalog(revision: 1, entries: entries).verify(
            WrittenStudentID(unchecked: number),
            of: { _, code in code.text == "NORTH" },
            claims: claims,
            year: 2026,
            .unlimited
        )
    }

    @Test("A number is found in running text, however it is set apart, with its fields and what was changed")
    func runningText() throws {
        let pattern = try Self.entry("U(?P<year>20\\d{2})(?P<sequence>\\d{4})")
        let matches = try Self.parse("Hello, I am Sam (no. u2024–00 42), room 12-34; see you in 2025.", pattern)
        #expect(matches.map(\.studentId) == ["U20240042"])
        let match = try #require(matches.first)
        #expect(match.fields == ["year": "2024", "sequence": "0042"])
        #expect(match.normalization == [.separators, .letterCase])
        #expect(match.valid && !match.ambiguous && match.reasons.isEmpty && match.source == .text)
        #expect(match.universityCode.text == "NORTH" && match.patternId == pattern.id)
    }

    @Test("A part of a longer number is no number")
    func wholeWords() throws {
        let pattern = try Self.entry("\\d{8}")
        #expect(try Self.parse("123456789 and x12345678 and 12345678y", pattern).isEmpty)
        #expect(try Self.parse("學號12345678。", pattern).map(\.studentId) == ["12345678"])
    }

    @Test("Patterns may name the separators themselves")
    func literalSeparators() throws {
        #expect(try Self.parse("at 1234-567", try Self.entry("\\d{4}-\\d{3}")).map(\.studentId) == ["1234-567"])
        #expect(
            try Self.parse("at 19/CSE/042", try Self.entry("\\d\\d/[A-Z]+/\\d+")).map(\.studentId) == ["19/CSE/042"]
        )
    }

    @Test("Anchors stand for the number's own ends")
    func anchors() throws {
        #expect(try Self.parse("it is 12345678 .", try Self.entry("^\\d{8}$")).count == 1)
    }

    @Test("A text that is nothing but a number may be without digits; a word in a sentence is not")
    func digits() throws {
        let pattern = try Self.entry("[A-Z]{6}")
        #expect(try Self.parse(" abcdef ", pattern).map(\.studentId) == ["ABCDEF"])
        #expect(try Self.parse("search letter abcdef", pattern).isEmpty)
    }

    @Test("Two universities that take the same number are both named, the caller's own first")
    func ambiguity() throws {
        let (north, south) = (try Self.entry("\\d{8}"), try Self.entry("[0-9]{8}", of: "SOUTH"))
        let matches = try Self.parse("12345678", north, south, home: Self.south)
        #expect(matches.map(\.universityCode.text) == ["SOUTH", "NORTH"])
        #expect(matches.allSatisfy { $0.ambiguous && $0.valid && $0.confidence == 0.3 })
    }

    @Test("A wrong check digit costs confidence and validity, not the fields; a right one gives way to nothing else")
    func checkDigits() throws {
        let plain = try Self.entry("\\d{11}", of: "SOUTH")
        let checked = try Self.entry("(?P<sequence>\\d{10})(?P<checkDigit>\\d)", checksum: .luhn)
        let right = try Self.parse("79927398713", plain, checked)
        #expect(right.map(\.universityCode.text) == ["NORTH", "SOUTH"])
        let wrong = try Self.parse("79927398710", plain, checked)
        #expect(wrong.map(\.valid) == [true, false])
        #expect(wrong.map(\.ambiguous) == [false, true])
        #expect(wrong.last?.reasons == [.wrongCheckDigit])
        #expect(wrong.last?.fields == ["sequence": "7992739871", "checkDigit": "0"])
    }

    @Test("Of readings that share characters the one without a fault counts, then the longest")
    func overlaps() throws {
        #expect(try Self.parse("123 456 789", try Self.entry("\\d{3,9}")).map(\.studentId) == ["123456789"])
        let checked = try Self.entry("\\d{11,14}", checksum: .luhn)
        #expect(try Self.parse("79927398713 555", checked).map(\.studentId) == ["79927398713"])
    }

    @Test("Years of two digits are read around their pivot, and implausible ones are doubted")
    func years() throws {
        let fields = ["year": IDField(pivot: Whole(40))]
        let short = try Self.entry("(?P<year>\\d{2})\\d{4}", fields: fields)
        #expect(try Self.parse("240001", short).first?.fields["year"] == "2024")
        #expect(try Self.parse("990001", short).first?.fields["year"] == "1999")
        #expect(try Self.verify("280001", nil, short).reasons == [.implausibleYear])
        #expect(try Self.verify("270001", nil, short).valid)
        #expect(try Self.verify("1850001", nil, Self.entry("(?P<year>\\d{4})\\d{3}")).reasons == [.implausibleYear])
    }

    @Test("Claims are held against what the number says, and not against what it does not say")
    func claims() throws {
        let fields = ["department": IDField(values: ["07": .init(unchecked: "COMP")])]
        let full = try Self.entry("(?P<year>\\d{2})(?P<department>\\d{2})\\d{4}", fields: fields)
        let claims = StudentIDClaims(departmentCode: Code("comp"), entryYear: Whole(2024))
        #expect(try Self.verify("24070001", claims, full).valid)
        #expect(try Self.verify("24070001", claims, full).fields == ["year": "24", "department": "COMP"])
        #expect(try Self.verify("23080001", claims, full).reasons == [.departmentDiffers, .entryYearDiffers])
        #expect(try Self.verify("24070001", claims, Self.entry("\\d{8}")).valid)
    }

    @Test("The reading with the fewest objections counts, then the highest priority")
    func bestReading() throws {
        let checked = try Self.entry("\\d{8}", checksum: .luhn, priority: 9)
        let (low, high) = (try Self.entry("\\d{8}", priority: 1), try Self.entry("[0-9]{8}", priority: 2))
        #expect(try Self.verify("12345678", nil, checked, low, high).patternId == high.id)
    }

    @Test("No pattern at all, none of this university and none that fits are told apart")
    func nothingToSay() throws {
        let elsewhere = try Self.entry("\\d{8}", of: "SOUTH")
        for answer in [try Self.verify("12345678"), try Self.verify("12345678", nil, elsewhere)] {
            #expect(answer.reasons == [.noPatternConfigured] && !answer.patternsConfigured && !answer.valid)
        }
        let answer = try Self.verify("1234-567", nil, Self.entry("\\d{8}"))
        #expect(answer.reasons == [.noPatternMatches] && answer.patternsConfigured && !answer.valid)
        #expect(answer.studentId == "1234567" && answer.patternId == nil)
        let none = try Self.catalog(elsewhere).parse("1", in: Code("NORTH"), year: 2026, home: nil, .unlimited)
        #expect(!none.patternsConfigured)
    }

    @Test("More than 64 characters are refused, separators not counted")
    func length() throws {
        let pattern = try Self.entry("\\d+")
        #expect(
            try Self.verify(
                Array(repeating: "1", count: 64).joined(separator: " - ").suffix(200).description,
                nil,
                pattern
            ).valid
        )
        #expect(throws: ValidationError.self) {
            try Self.verify(String(repeating: "1", count: 65), nil, pattern)
        }
    }

    @Test("Every number that a pattern takes is found in any prose around it", arguments: Seed.batch(200))
    func findability(seed: Seed) throws {
        var random = seed.generator
        let letters = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
            "ABCXYZ".randomElement(using: &random)
        }
        let digits = (0..<Int.random(in: 5...12, using: &random)).compactMap { _ in
            "0123456789".randomElement(using: &random)
        }
        let pattern = try Self.entry("(?P<level>[A-Z]{\(letters.count)})(?P<sequence>[0-9]{\(digits.count)})")
        let written = (letters + digits).map { character in
            String(character) + (["", "", " ", "-"].randomElement(using: &random) ?? "")
        }
        let words = ["the", "card,", "says:", "(1)", "a-b", "學生", "\n", "no."]
        func prose() -> String {
            (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in words.randomElement(using: &random) }.joined(
                separator: " "
            )
        }
        let text = "\(prose()) , \(written.joined()); \(prose())"
        #expect(
            try Self.parse(text, pattern).contains { $0.studentId == String(letters + digits) && $0.valid },
            "\(text)"
        )
    }

    @Test("The longest and worst text costs little, with two hundred universities' patterns")
    func cost() throws {
        let entries = try (0..<200).map { number in
            try Self.entry("[A-Z]{\(number % 5 + 1)}(?P<year>20\\d{2})(?P<sequence>\\d{\(number % 7 + 3)})")
        }
        let catalog = PatternCatalog(revision: 1, entries: entries)
        let texts = [
            String(repeating: "1 ", count: 10_000), String(repeating: "A2024 ", count: 3_333),
            String(repeating: "the student said that 12 of 14 came, ", count: 540),
        ]
        for text in texts {
            let work = WorkBudget(until: .now + .seconds(60))
            let time = try threadTime {
                _ = try catalog.parse(text, in: nil, year: 2026, home: nil, work)
            }
            #expect(time < .seconds(5), "\(text.prefix(20)): \(time)")
        }
    }
}
