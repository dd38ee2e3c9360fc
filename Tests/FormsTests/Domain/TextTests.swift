import Contracts
import FormsContracts
import Foundation
import TestKit
import Testing

@testable import Forms

@Suite struct TextTests {
    private static let composed = "Åré-ﬁ-각"
    private static let decomposed = "A\u{30A}re\u{301}-ﬁ-\u{1100}\u{1161}\u{11A8}"

    /// The stored answer, byte for byte; `nil` if it is refused.
    private static func stored(_ answer: JSONValue, to asked: Question) throws -> JSONValue? {
        guard case .stored(let answers) = try form(page(asked)).outcome(of: [asked.id: answer]) else { return nil }
        return answers[asked.id]
    }

    private static func isSame(_ one: JSONValue?, _ other: JSONValue?) -> Bool { one?.bytes == other?.bytes }

    @Test("Text is stored in Normalization Form C", arguments: Seed.batch(100))
    func answersAreComposed(seed: Seed) throws {
        var random = seed.generator
        let scalars: [Unicode.Scalar] = [
            "a", "e", "\u{301}", "\u{323}", "\u{1100}", "\u{1161}", "é", "👍", "\u{1E0A}", "\u{0958}",
        ]
        var text = "x"
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
        }
        let asked = question(.longText)
        let kept = try #require(Self.stored(.string(text), to: asked)?.plainText)
        #expect(kept == text, "canonically equal")
        #expect(kept.utf8.elementsEqual(text.composed.utf8))
        #expect(kept.composed.utf8.elementsEqual(kept.utf8))
        #expect(try Self.isSame(Self.stored(.string(kept), to: asked), .string(kept)))
        let other = text.decomposedStringWithCanonicalMapping
        #expect(try Self.isSame(Self.stored(.string(other), to: asked), .string(kept)))
    }

    @Test("An option is named in any form and stored as the form writes it", arguments: [composed, decomposed])
    func optionsKeepTheirValues(value: String) throws {
        for given in [Self.composed, Self.decomposed] {
            let one = question(.dropdown, options: [value, "b"], quotas: [value: 3])
            #expect(try Self.isSame(Self.stored(.string(given), to: one), .string(value)))
            let checked = try CompiledForm(form(page(one))).check(["\(one.id)": .string(given)])
            #expect(checked.limitedOptions.map { Array($0.value.utf8) } == [Array(value.utf8)])
            let several = question(.checkboxes, options: [value, "b"])
            #expect(try Self.isSame(Self.stored([.string(given), "b"], to: several), [.string(value), "b"]))
            #expect(try Self.stored([.string(given), .string(value)], to: several) == nil, "twice the same")
            let matrix = question(.matrix, options: [value], rows: [value])
            let answer = JSONValue.object(.init([(given, .string(given))]))
            let kept = JSONValue.object(.init([(value, .string(value))]))
            #expect(try Self.isSame(Self.stored(answer, to: matrix), kept))
        }
    }

    @Test("Two options or rows with the same normal form are refused")
    func optionsAreUnique() {
        let options = question(.dropdown, options: [Self.composed, Self.decomposed])
        #expect(form(page(options)).publishFaults == ["pages.0.questions.0.options.1.value: duplicate"])
        let rows = question(.matrix, options: ["a"], rows: [Self.composed, Self.decomposed])
        #expect(form(page(rows)).publishFaults == ["pages.0.questions.0.rows.1.value: duplicate"])
    }

    @Test(
        "Conditions compare normal forms",
        arguments: [
            (ComparisonOperator.equals, decomposed, true), (.equals, composed, true), (.startsWith, "A\u{30A}r", true),
            (.contains, "e\u{301}-", true), (.contains, "\u{1100}\u{1161}\u{11A8}", true),
            (.matches, "A\u{30A}.*", true),
            (.startsWith, "A", false), (.contains, "e-", false), (.equals, "Are-ﬁ-각", false),
        ]
    )
    func conditionsCompareNormalForms(operation: ComparisonOperator, value: String, holds: Bool) throws {
        for answer in [Self.composed, Self.decomposed] {
            let first = question(.shortText)
            let second = question(.yesNo, logic: .when(first.id, operation, .string(value)))
            let outcome = try form(page(first, second)).outcome(of: [first.id: .string(answer), second.id: true])
            guard case .stored(let stored) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect((stored[second.id] != nil) == holds)
        }
    }

    @Test("A piece is found where a plain search finds it", arguments: Seed.batch(200))
    func piecesAreFound(seed: Seed) {
        var random = seed.generator
        let piece = (0..<Int.random(in: 1...6, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random) }
        let text = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 97...98, using: &random) }
        let isThere = text.indices.contains { text[$0...].starts(with: piece) }
        let search = PieceSearch(PreparedText(String(decoding: piece, as: UTF8.self)))
        #expect(search.occurs(in: text) == isThere)
    }

    @Test(
        "What cannot be seen is no answer",
        arguments: ["\u{200B}", "\u{2060} \u{FEFF}", "\u{202E}\u{202C}", "\u{3164}"]
    )
    func invisibleAnswers(text: String) throws {
        let asked = question(.shortText, required: true)
        #expect(
            try form(page(asked)).outcome(of: [asked.id: .string(text)]) == .refused(["answers.\(asked.id): required"])
        )
    }

    @Test(
        "Web addresses are taken in any case and script, and stored in one form",
        arguments: [
            ("https://uni.example/x?y", "https://uni.example/x?y"),
            ("HTTPS://Uni.Example/Path", "https://uni.example/Path"),
            ("  http://uni.example ", "http://uni.example"), ("https://例え.jp/パス?q=ü#é", "https://例え.jp/パス?q=ü#é"),
            ("https://BU\u{308}cher.example/e\u{301}", "https://bücher.example/é"),
            ("https://uni.example:8080/%C3%A9", "https://uni.example:8080/%C3%A9"),
            ("uni.example", nil), ("javascript:alert(1)", nil), ("https://", nil), ("https://a b.example", nil),
            ("https:/uni.example", nil),
            ("https://user@uni.example", nil), ("https://uni.example/\u{202E}x", nil),
            ("https://uni\u{200B}.example", nil),
            ("https://uni.example/a b", nil), ("ftp://uni.example", nil), ("https://uni.example/%zz", nil),
            ("https://👍.example", nil),
        ] as [(String, String?)]
    )
    func webAddresses(given: String, kept: String?) throws {
        #expect(try Self.isSame(Self.stored(.string(given), to: question(.url)), kept.map(JSONValue.string)))
    }

    @Test(
        "Telephone numbers have 4 to 15 digits, in any width",
        arguments: [
            ("+852 2859 2111", "+852 2859 2111"), ("1234", "1234"), ("(02) 555-1234", "(02) 555-1234"),
            ("[02] 5551234", "(02) 5551234"),
            ("＋８５２　２８５９　２１１１", "+852 2859 2111"), ("+852\u{2011}2859\u{2013}2111", "+852-2859-2111"),
            (" 123.456.789 ", "123.456.789"), ("+123456789012345", "+123456789012345"),
            ("123", nil), ("+1234567890123456", nil), ("call me", nil), ("++852", nil), ("85+2555", nil),
            ("---- ----", nil), ("12a34", nil),
            ("1234 ext 5", nil), ("-12345", nil),
        ] as [(String, String?)]
    )
    func phoneNumbers(given: String, kept: String?) throws {
        #expect(try Self.isSame(Self.stored(.string(given), to: question(.phone)), kept.map(JSONValue.string)))
    }

    @Test(
        "Mail addresses may be internationalised",
        arguments: [
            ("ada@uni.example", "ada@uni.example"), ("Ada.Lovelace@Uni.Example", "ada.lovelace@uni.example"),
            ("ädа@bücher.example", "ädа@xn--bcher-kva.example"), ("a\u{308}da@uni.example", "äda@uni.example"),
            ("用户@例え.jp", "用户@xn--r8jz45g.jp"), ("ada@", nil), ("ada", nil), ("a b@uni.example", nil), ("ada@uni", nil),
            ("a\u{200B}da@uni.example", nil), ("ada@\u{202E}uni.example", nil), ("ada@a@b.example", nil),
        ] as [(String, String?)]
    )
    func mailAddresses(given: String, kept: String?) throws {
        #expect(try Self.isSame(Self.stored(.string(given), to: question(.email)), kept.map(JSONValue.string)))
    }

    @Test("Whatever form an answer had, sent again it is stored as it is", arguments: Seed.batch(100))
    func storedFormsAreFixed(seed: Seed) throws {
        var random = seed.generator
        let pieces = [
            "+", "１", "2", "3", "4", " ", "-", "a", "Ä", "@", ".", "https://", "x", "é", "e\u{301}", "/", "例",
        ]
        let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
        for type in [QuestionType.email, .phone, .url, .shortText] {
            for sample in [text, "https://\(text)", "\(text)@a.example"] {
                guard let kept = try Self.stored(.string(sample), to: question(type)) else { continue }
                #expect(try Self.isSame(Self.stored(kept, to: question(type)), kept), "\(type) \(sample)")
            }
        }
    }
}
