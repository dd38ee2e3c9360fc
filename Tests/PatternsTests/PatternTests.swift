import Patterns
import TestKit
import Testing

@Suite("Patterns")
struct PatternTests {
    @Test("A pattern takes the whole text or nothing")
    func wholeText() throws {
        let pattern = try Pattern("[A-Z]{2}\\d{3}")
        #expect(pattern.matches("AB123"))
        #expect(!pattern.matches("AB1234"))
        #expect(!pattern.matches(" AB123"))
        #expect(!pattern.matches("ab123"))
        #expect(!pattern.matches(""))
        #expect(try Pattern("").matches(""))
        #expect(try Pattern("é+").matches("éé"))
    }

    @Test("Case is ignored where that was asked for")
    func caseInsensitive() throws {
        let pattern = try Pattern("(?P<letters>[a-c]+)\\d", options: .init(isCaseSensitive: false))
        #expect(pattern.wholeMatch(of: "aBC1")?.groups == ["letters": "aBC"])
    }

    @Test("Named groups that took part are found, with their places")
    func namedGroups() throws {
        let pattern = try Pattern("(?:(?P<year>\\d{4})|(?P<short>\\d{2}))-(x)(?P<rest>.*)")
        #expect(pattern.groupNames == ["year", "short", "rest"])
        let match = try #require(pattern.wholeMatch(of: "24-xé"))
        #expect(match.groups == ["short": "24", "rest": "é"])
        #expect(match.groupRanges == ["short": 0..<2, "rest": 4..<6])
        #expect(match.range == 0..<6)
        #expect(try Pattern("a(?P<empty>b*)").wholeMatch(of: "a")?.groups == ["empty": ""])
        let either = try Pattern("A(?P<year>\\d{2})|(?P<year>\\d{4})B")
        #expect(either.wholeMatch(of: "2024B")?.groups == ["year": "2024"])
        #expect(either.wholeMatch(of: "A24")?.groups == ["year": "24"])
    }

    @Test(
        "What cannot be compiled is refused with its place",
        arguments: [
            ("ab[", nil as Int?), ("a(b", nil), ("é\\Qa\\E(?<=x)", 6), ("(a)\\1", 3), ("ab**", 2),
        ]
    )
    func syntaxErrors(source: String, position: Int?) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.reason == .syntax)
        #expect(error?.message.hasPrefix("The pattern cannot be compiled: ") == true)
        if let position { #expect(error?.position == position, "\(error?.message ?? "")") }
    }

    @Test(
        "A pattern that would need more than its memory is refused",
        arguments: ["\\pL{1000}", "[à-ÿ]{500}\\pN{200}"]
    )
    func tooLarge(source: String) throws {
        let error = #expect(throws: PatternError.self) { try Pattern(source, options: .init(memoryLimit: 64 * 1024)) }
        #expect(error?.reason == .tooLarge)
    }

    @Test(
        "Time grows with the text, not with the pattern's ambiguity",
        arguments: ["(a*)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "(a?){50}a{50}b"]
    )
    func linearTime(source: String) throws {
        let pattern = try Pattern(source)
        let text = String(repeating: "a", count: 20_000)
        let time = try #require(
            (0..<3).map { _ in threadTime { #expect(!pattern.matches(text)) } }.min()
        )
        // A backtracking engine needs longer than the age of the universe; the bound leaves room for a busy machine.
        #expect(time < .seconds(1), "\(source) took \(time)")
    }

    @Test("Sixteen tasks may share one pattern")
    func sharing() async throws {
        let pattern = try Pattern("(?P<number>\\d+)-(?P<word>[a-z]+)")
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    (0..<2_000).allSatisfy {
                        pattern.wholeMatch(of: "\(number)-x")?.groups["number"] == "\(number + $0 - $0)"
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test(
        "A set finds what its patterns find alone, with little memory too",
        arguments: Seed.batch(100),
        [1 << 20, 3 << 10]
    )
    func setAgreesWithPatterns(seed: Seed, memoryLimit: Int) throws {
        var random = seed.generator
        let patterns = try (0..<Int.random(in: 0...12, using: &random)).map { _ in
            try Pattern(Self.randomPattern(&random), options: .init(isCaseSensitive: false))
        }
        let options = Pattern.Options(isCaseSensitive: false, memoryLimit: memoryLimit)
        let set = PatternSet(patterns, options: options)
        let beginnings = PatternSet(patterns, options: options, matching: .beginning)
        for _ in 0..<20 {
            let text = String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in "ab1-é".randomElement(using: &random) ?? "a" }
            )
            let alone = patterns.indices.filter { patterns[$0].matches(text) }
            let utf8 = Array(text.utf8)[...]
            #expect(set.matching(utf8) == alone, "\(patterns.map(\.source)) \(text)")
            #expect(set.matchesAny(utf8) == !alone.isEmpty)
            let starting = patterns.indices.filter { patterns[$0].matchesBeginning(of: text) }
            #expect(beginnings.matching(utf8) == starting, "\(patterns.map(\.source)) \(text)")
            #expect(beginnings.matchesAny(utf8) == !starting.isEmpty)
        }
    }

    private static func randomPattern(_ random: inout SeededGenerator) -> String {
        let atoms = ["a", "B", "\\d", "[ab]", ".", "é", "-", "(a|1b)", "\\w"]
        let counts = ["", "*", "+", "?", "{2}", "{1,3}"]
        return (0..<Int.random(in: 1...4, using: &random))
            .map { _ in (atoms.randomElement(using: &random) ?? "a") + (counts.randomElement(using: &random) ?? "") }
            .joined()
    }
}

@Suite("Pattern sizes")
struct PatternSizeTests {
    @Test("A compact pattern has the least limit that it fits in, and matches as the same pattern with a larger one")
    func compactPatterns() throws {
        let small = try Pattern.compact("[0-9]{4}-[a-z]+")
        #expect(small.memoryLimit == 32 << 10 && small.programSize < 50)
        #expect(small.matches("2026-abc") && !small.matches(Array("2026-".utf8)))
        let large = try Pattern.compact(".{1,500}")
        #expect(large.memoryLimit > 32 << 10 && large.programSize > 800)
        #expect(large.matches(String(repeating: "é", count: 500)) && !large.matches(String(repeating: "é", count: 501)))
        let error = #expect(throws: PatternError.self) { try Pattern.compact("\\pL{1000}") }
        #expect(error?.reason == .tooLarge)
        #expect(throws: PatternError.self) { try Pattern.compact("(") }
    }

    @Test("Bytes match as text does", arguments: Seed.batch(100))
    func bytes(seed: Seed) throws {
        var random = seed.generator
        let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            ["a", "é", "1"].randomElement(using: &random) ?? "a"
        }
        .joined()
        for source in ["[aé]*1?", "", ".", "\\w+", "(a|é1)+"] {
            let pattern = try Pattern(source)
            #expect(pattern.matches(Array(text.utf8)) == pattern.matches(text))
        }
    }
}
