import Contracts
import Foundation
import IDParserContracts
import ServiceKit
import TestKit
import Testing

@testable import IDParser

@Suite("Work of reading student numbers", .timeLimit(.minutes(10)))
struct WorkTests {
    @Test("A text that exceeds one request's budget is abandoned")
    func exhaustion() throws {
        let catalog = try Self.catalog("(?P<sequence>\\d+)", "\\d+[A-Z]*", "[0-9 ]+", ".*")
        let text = String(repeating: "1 ", count: 10_000)
        #expect(throws: WorkExhausted.steps) {
            _ = try catalog.parse(text, in: nil, year: 2026, home: nil, WorkBudget(until: .now + .seconds(60)))
        }
        #expect(throws: WorkExhausted.deadline) {
            _ = try catalog.parse(text, in: nil, year: 2026, home: nil, WorkBudget(until: .now, steps: .max))
        }
    }

    @Test("A short text is parsed with new patterns although requests compute on every thread for that")
    func compilingApart() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            _ = try await parser.create(ServiceLab.pattern("\\d{10}", of: "HKU"))
            let (begun, note) = AsyncStream<Void>.makeStream()
            let goOn = DispatchSemaphore(value: 0)
            let threads = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<threads {
                    let context = parser.context(parser.visitor)
                    group.addTask {
                        try await context.computing { _ in
                            note.yield()
                            goOn.wait()
                        }
                    }
                }
                defer { for _ in 0..<threads { goOn.signal() } }
                for await _ in begun.prefix(threads) {}
                let parsed = try await parser.parse("2025123456")
                #expect(parsed.matches.count == 1)
            }
        }
    }

    @Test("A batch has a maximum number of bytes of text")
    func batchBytes() throws {
        func read(_ count: Int) -> [String] {
            let text = JSONValue.string(String(repeating: "漢", count: 2_000))
            let body: JSONValue = ["items": .array((0..<count).map { _ in ["text": text] })]
            do {
                _ = try ParseStudentIDBatch.decode(OperationInput(body: body.bytes))
                return []
            } catch { return (error as? ValidationError)?.details.map(\.field) ?? ["?"] }
        }
        #expect(read(43).isEmpty)
        #expect(read(44) == ["items"])
    }

    @Test("A batch that finds more than a reply holds is refused")
    func replyBytes() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            let groups = (0..<40).map { "(?P<g\($0)>\\d)" }.joined()
            _ = try await parser.create(ServiceLab.pattern(groups, of: "HKU"))
            let number = String(repeating: "1234567890", count: 4)
            let text = SearchedText(unchecked: Array(repeating: number, count: 10).joined(separator: "\n"))
            func batch(_ count: Int) async throws -> ParsedBatch {
                let items = Array(repeating: ParseStudentIDBatch.Item(text: text), count: count)
                return try await parser.call(
                    ParseStudentIDBatch(items: try #require(BoundedList(items))),
                    as: parser.visitor
                )
            }
            let reply = try await batch(20)
            #expect(reply.results.allSatisfy { $0.matches.count == 10 })
            #expect(try await refusal { try await batch(560) } == .payloadTooLarge)
        }
    }

    @Test("Folding takes time in proportion to the text, whatever it is made of")
    func linear() throws {
        let texts: [(String, Int)] = [
            ("a\u{301}", 10_000), ("\u{FDFA}", 20_000), ("- ", 10_000), ("\u{200B}", 20_000), ("１", 20_000),
            ("🇭🇰", 10_000),
            ("a" + String(repeating: "\u{316}\u{301}", count: 15), 645), ("\u{1100}\u{1161}\u{11A8}", 6_666),
        ]
        for (piece, count) in texts {
            func time(_ count: Int) throws -> Duration {
                let text = String(repeating: piece, count: count)
                return try (0..<3).map { _ in
                    try threadTime { _ = try FoldedText(text, .unlimited) }
                }.min() ?? .zero
            }
            let (small, large) = (try time(count / 8), try time(count))
            #expect(large < small * 8 * 4 + .milliseconds(20), "\(piece.unicodeScalars): \(small), \(large)")
        }
    }

    @Test(
        "However a number is written, it comes out in one form",
        arguments: [
            ("\\d{4}[- ]?\\d{4}", "20241234"), ("\\d{4}[- ]\\d{4}", "2024-1234"), ("[A-Z0-9 -]+", "20241234"),
            ("\\d{4}-\\d{4}", "2024-1234"), ("\\d{4} \\d{4}", "2024 1234"),
        ]
    )
    func canonical(pattern: String, expected: String) throws {
        let catalog = try Self.catalog(pattern)
        let dashed = ["2024-1234", "2024 – 1234", " 2024−1234 "]
        let spaced = [
            "2024 1234", "２０２４ １２３４", "٢٠٢٤\u{A0}١٢٣٤", "20\u{200B}24 12\u{FE0F}34", "②⓪②④ ①②③④", "𝟚𝟘𝟚𝟜 𝟙𝟚𝟛𝟜",
        ]
        let writings = pattern == "\\d{4}-\\d{4}" ? dashed : pattern == "\\d{4} \\d{4}" ? spaced : dashed + spaced
        for writing in writings {
            let verification = try catalog.verify(
                WrittenStudentID(unchecked: writing),
                of: { _, _ in true },
                claims: nil,
                year: 2026,
                .unlimited
            )
            #expect(verification.studentId == expected, "\(writing)")
            #expect(verification.valid, "\(writing)")
        }
    }

    @Test("Letters are capital and composed in the canonical form")
    func letters() throws {
        let catalog = try Self.catalog("[A-ZÉ]{2,3}\\d+")
        for (writing, expected) in [
            ("e\u{301}a12", "ÉA12"), ("éa12", "ÉA12"), ("ﬁ12", "FI12"), ("ß12", "SS12"),
        ] {
            let verification = try catalog.verify(
                WrittenStudentID(unchecked: writing),
                of: { _, _ in true },
                claims: nil,
                year: 2026,
                .unlimited
            )
            #expect(verification.studentId == expected, "\(writing)")
        }
    }

    @Test("An empty request names everything that is missing")
    func missing() {
        #expect(throws: ValidationError.self) { _ = try VerifyStudentID.decode(OperationInput(body: Array("{}".utf8))) }
        do { _ = try VerifyStudentID.decode(OperationInput(body: Array("{}".utf8))) } catch {
            #expect((error as? ValidationError)?.details.map(\.field) == ["studentId", "universityCode"])
        }
    }

    @Test("Fields, and what their texts stand for, are bounded")
    func fieldBounds() async throws {
        try await withIDParser { parser in
            _ = try await parser.open("HKU")
            func create(_ fields: JSONValue) async throws -> [String] {
                try await faults {
                    let body: JSONValue = [
                        "universityCode": "HKU", "name": "n", "pattern": "(?P<a>\\d)", "fields": fields,
                    ]
                    return try await parser.create(CreateIDPattern.read(body))
                }
            }
            let values = JSONObject((0...[String: String].maximumCount).map { ("\($0)", JSONValue.string("x")) })
            #expect(try await create(["a": ["values": .object(values)]]) == ["fields.a.values"])
            let long = String(repeating: "k", count: 65)
            #expect(try await create(["a": ["values": .object(JSONObject([(long, "x")]))]]) == ["fields.a.values"])
            let many = JSONObject((0..<1_000).map { ("f\($0)", JSONValue.object(JSONObject())) })
            #expect(try await create(.object(many)) == ["fields"])
            #expect(try await create(["a": ["values": ["1": "one"]]]).isEmpty)
        }
    }

    private static func catalog(_ patterns: String...) throws -> PatternCatalog {
        let entries = try patterns.map { source in
            PatternCatalog.Entry(
                id: IDPatternID(),
                universityId: UniversityID(),
                universityCode: Code(unchecked: "HKU"),
                priority: 0,
                pattern: try StudentIDPattern(PatternSource(unchecked: source), checksum: .none, fields: [:])
            )
        }
        return PatternCatalog(revision: 1, entries: entries)
    }
}
