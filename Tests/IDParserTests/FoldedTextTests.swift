import Contracts
import IDParserContracts
import TestKit
import Testing

@testable import IDParser

@Suite("Folding of texts")
struct FoldedTextTests {
    private func forms(_ text: String) throws -> [String] {
        let folded = try FoldedText(text, .unlimited)
        return folded.forms(of: folded.whole).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "Case, digits and separators are made alike",
        arguments: [
            ("3035123456", ["3035123456"], []),
            ("  3035 123-456\n", ["3035123456", "3035 123-456"], [.separators]),
            ("u2024\u{2013}\u{2014} 01", ["U202401", "U2024-01"], [.separators, .letterCase]),
            ("３０３５１", ["30351"], [.digits]),
            ("٣٠٣٥", ["3035"], [.digits]),
            ("ｕ１", ["U1"], [.letterCase, .digits]),
            ("30\u{200B}35\u{AD}1", ["30351"], [.separators]),
            ("19/CSE/042", ["19/CSE/042"], []),
            ("straße", ["STRASSE"], [.letterCase]),
            ("ı", ["I"], [.letterCase]),  // in every locale
            ("1\n2", ["1\n2"], []),
            (" - ", [""], []),
        ] as [(String, [String], [Normalization])]
    )
    func folding(text: String, expected: [String], changes: [Normalization]) throws {
        #expect(try forms(text) == expected)
        let folded = try FoldedText(text, .unlimited)
        let compact = try #require(folded.forms(of: folded.whole).first)
        #expect(folded.normalization(of: folded.whole, as: compact) == changes)
    }

    @Test("Separators between, case and width change nothing", arguments: Seed.batch(200))
    func invariance(seed: Seed) throws {
        var random = seed.generator
        let number = (0..<Int.random(in: 1...20, using: &random)).compactMap { _ in
            "AZ059".randomElement(using: &random)
        }
        let dressed = number.map { character -> String in
            let forms = [String(character), character.lowercased(), Self.wide(character)]
            let gap = ["", "", " ", "-", "\u{2010}", "\u{A0}", "\u{2060}", " – "].randomElement(using: &random) ?? ""
            return (forms.randomElement(using: &random) ?? "") + gap
        }
        #expect(try forms(dressed.joined()).first == String(number), "\(dressed)")
        #expect(try forms(try #require(forms(dressed.joined()).first)) == [String(number)])
    }

    private static func wide(_ character: Character) -> String {
        character.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }.map(String.init).joined()
    }

    @Test("Candidates stand at the edges of words, on one line, with a digit")
    func candidates() throws {
        let folded = try FoldedText("id x1 23\nab學7", .unlimited)
        let ranges = folded.starts.flatMap { start in
            folded.ends(in: folded.reach(from: start, length: 64), breadth: 24).map { start..<$0 }
        }
        let found = ranges.map { String(decoding: folded.forms(of: $0)[0], as: UTF8.self) }
        #expect(found == ["IDX1", "IDX123", "X1", "X123", "23", "AB學7", "學7", "7"])
    }
}
