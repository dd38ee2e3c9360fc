import Contracts
import IDParserContracts
import TestKit
import Testing

@testable import IDParser

@Suite("Checksums")
struct ChecksumTests {
    /// Our rules by the names that python-stdnum knows their schemes by.
    private static let rules: [String: ChecksumRule] = [
        "luhn": .luhn,
        "isbn10": .mod11,
        "mod97": .mod97,
        "ean": weighted([3, 1], modulus: 10, "0123456789"),
        "rut": weighted([2, 3, 4, 5, 6, 7], modulus: 11, "0123456789K"),
    ]

    private static func weighted(_ weights: [Int], modulus: Int, _ characters: String) -> ChecksumRule {
        .weighted(
            weights: weights,
            modulus: modulus,
            characters: Array(characters.unicodeScalars),
            complement: true
        )
    }

    @Test(
        "Published numbers are right, and wrong with another check digit",
        arguments: [
            ("luhn", "79927398713"), ("isbn10", "0306406152"), ("isbn10", "080442957X"), ("mod97", "079444"),
            ("ean", "4006381333931"), ("rut", "126785798"),
        ]
    )
    func publishedNumbers(scheme: String, number: String) throws {
        let rule = try #require(Self.rules[scheme])
        #expect(rule.isRight(number))
        for digit in "0123456789X" where digit != number.last {
            #expect(!rule.isRight(number.dropLast() + String(digit)))
        }
    }

    @Test("Check digits are those that python-stdnum computes, and no others are taken")
    func oracle() throws {
        var cases: [(scheme: String, payload: String)] = []
        for seed in Seed.batch(200) {
            var random = seed.generator
            for scheme in Self.rules.keys.sorted() {
                let length = ["isbn10": 9, "ean": 12][scheme] ?? Int.random(in: 2...18, using: &random)
                let digits = (0..<length).map { _ in String(Int.random(in: 0...9, using: &random)) }
                // A Chilean number has no leading zeros.
                cases.append((scheme, (scheme == "rut" ? "1" : "") + digits.joined()))
            }
        }
        let input = JSONValue.array(cases.map { [.string($0.scheme), .string($0.payload)] })
        let answers = try JSONParser.parse(runPythonPeer("check_digits.py", input: input.bytes)).arrayValue ?? []
        #expect(answers.count == cases.count)
        for ((scheme, payload), answer) in zip(cases, answers) {
            let (rule, check) = (try #require(Self.rules[scheme]), try #require(answer.stringValue))
            let letter = ["isbn10": "X", "rut": "K"][scheme] ?? ""
            let others =
                scheme == "mod97"
                ? (0..<97).map { $0 < 10 ? "0\($0)" : "\($0)" } : "0123456789\(letter)".map(String.init)
            let taken = others.filter { rule.isRight(payload + $0) }
            // MOD 97-10 writes its remainders from 2 to 98; two of the others mean the same modulo 97.
            #expect(
                taken.contains(check) || scheme == "mod97" && (97...98).contains(Int(check) ?? 0),
                "\(scheme) \(payload)"
            )
            #expect(taken.allSatisfy { $0 == check || scheme == "mod97" }, "\(scheme) \(payload) \(taken)")
            #expect(rule.isRight(payload + check))
        }
    }

    @Test("A letter out of a table stands for the remainder itself where no complement is asked for")
    func remainderTable() {
        let rule = ChecksumRule.weighted(
            weights: [1],
            modulus: 13,
            characters: Array("YXWURNMLJHEAB".unicodeScalars),
            complement: false
        )
        #expect(rule.isRight("A0123456J"))  // 21 leaves 8
        #expect(!rule.isRight("A0123456L"))
    }

    @Test("What is too short to hold a check digit is never right")
    func tooShort() {
        for rule in Self.rules.values {
            #expect(!rule.isRight(""))
            #expect(!rule.isRight("0"))
        }
    }

    @Test("The check digit may stand anywhere, and the payload may be a part")
    func places() throws {
        func isRight(_ pattern: String, _ number: String) throws -> Bool {
            let content = IDPatternContent(
                try ServiceLab.pattern(pattern, of: "X", checksum: .luhn)
            )
            let reading = try content.compiled(.unlimited).read(number, year: 2026)
            return try #require(reading).isValid
        }
        #expect(try isRight("(?P<checkDigit>\\d)-(?P<sequence>\\d+)", "3-7992739871"))
        #expect(try isRight("\\d{2}(?P<payload>\\d{11})", "9979927398713"))
        #expect(try isRight("(?P<payload>\\d{10})/\\d{2}/(?P<checkDigit>\\d)", "7992739871/55/3"))
        #expect(try !isRight("\\d{13}", "9979927398713"))
    }
}
