import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms

@Suite struct DecimalNumberTests {
    private static func number(_ text: String) throws -> DecimalNumber { try #require(DecimalNumber(text)) }

    @Test("Numbers are equal and ordered by value, however they are written")
    func values() throws {
        for (one, other) in [("1", "1.0"), ("1e2", "100"), ("0", "-0.00"), ("0.5", "5e-1"), ("12E+1", "120.000")] {
            #expect(try Self.number(one) == Self.number(other))
            #expect(try Self.number(one).hashValue == Self.number(other).hashValue)
        }
        let ordered = [
            "-1e3", "-10.5", "-10", "-0.1", "0", "1e-30", "0.1", "0.11", "1", "9007199254740992", "9007199254740993",
        ]
        for (index, one) in ordered.enumerated() {
            for (other, text) in ordered.enumerated() {
                #expect(try (Self.number(one) < Self.number(text)) == (index < other), "\(one) \(text)")
            }
        }
        for text in ["", "-", "+1", "1.", ".5", "0x1", "1e", "inf", "nan", "1 ", "１"] {
            #expect(DecimalNumber(text) == nil)
        }
    }

    @Test("Steps are counted in decimals, exactly", arguments: Seed.batch(200))
    func steps(seed: Seed) throws {
        var random = seed.generator
        let places = Int.random(in: 0...6, using: &random)
        func decimal(_ whole: Int) throws -> DecimalNumber { try Self.number("\(whole)e-\(places)") }
        let base = Int.random(in: -50...50, using: &random)
        let step = Int.random(in: 1...40, using: &random)
        let value = Int.random(in: -2_000_000_000...2_000_000_000, using: &random)
        let isMultiple = try decimal(value).isMultiple(of: decimal(step), from: decimal(base))
        #expect(isMultiple == ((value - base) % step == 0))
        let reached = base + Int.random(in: -1_000...1_000, using: &random) * step
        #expect(try decimal(reached).isMultiple(of: decimal(step), from: decimal(base)))
    }

    @Test("Steps are counted exactly, however far apart the last digits are", arguments: Seed.batch(200))
    func places(seed: Seed) throws {
        var random = seed.generator
        // Each number has its own exponent; in units of 1e-6, all three are whole.
        func number(_ range: ClosedRange<Int>) throws -> (decimal: DecimalNumber, units: Int) {
            let (whole, place) = (Int.random(in: range, using: &random), Int.random(in: -6...3, using: &random))
            let units = (0..<(place + 6)).reduce(whole) { units, _ in units * 10 }
            return (try Self.number("\(whole)e\(place)"), units)
        }
        let (value, base, step) = (try number(-40...40), try number(-40...40), try number(1...40))
        let isMultiple = value.decimal.isMultiple(of: step.decimal, from: base.decimal)
        #expect(isMultiple == ((value.units - base.units) % step.units == 0))
    }

    @Test("Counting steps over many decimal places is charged to the budget")
    func farSteps() throws {
        let asked = question(.number, rules: ValidationRules(min: -1e62, step: 9.999999999999999e-46))
        let compiled = try CompiledForm(form(page(asked)))
        let answers: Answers = ["\(asked.id)": .number("-1e62")]
        _ = try compiled.check(answers, work: WorkBudget(until: .now + .seconds(60), steps: 10_000))
        #expect(throws: WorkExhausted.steps) {
            _ = try compiled.check(answers, work: WorkBudget(until: .now + .seconds(60), steps: 500))
        }
        #expect(compiled.estimatedSteps(for: [asked.id: .number("-1e62")]) > 500)
    }

    @Test("Numbers that binary fractions blur are distinct")
    func exactness() throws {
        func outcome(_ answer: String, _ rules: ValidationRules) throws -> Bool {
            let asked = question(.number, rules: rules)
            guard case .stored = try form(page(asked)).outcome(of: [asked.id: .number(answer)]) else { return false }
            return true
        }
        #expect(try !outcome("1234567890.5", ValidationRules(step: 1)))
        #expect(try outcome("1234567890", ValidationRules(step: 1)))
        #expect(try outcome("0.3", ValidationRules(step: 0.1)))
        #expect(try !outcome("0.30000000000000001", ValidationRules(step: 0.1)))
        #expect(try outcome("1e15", ValidationRules(step: 0.01)))
        #expect(try !outcome("10.000000000000000001", ValidationRules(max: 10)))
        #expect(try !outcome("-0.000000000000000001", ValidationRules(min: 0)))
        #expect(try outcome("4.35", ValidationRules(min: 0.1, step: 0.05)))
        let first = question(.number)
        let second = question(.yesNo, logic: .when(first.id, .equals, .number("9007199254740993")))
        let compared = form(page(first, second))
        #expect(
            try compared.outcome(of: [first.id: .number("9007199254740992"), second.id: true])
                == .stored([first.id: .number("9007199254740992")])
        )
    }

    @Test("A number that takes more than 64 characters when it is written out is refused at its question")
    func lengths() throws {
        let asked = question(.number)
        let form = form(page(asked))
        for text in ["1e70", "1e63", "-1e63", "1e-63", "1e308", "-1.5e-62", "0e-64"] {
            let length = try #require(WrittenNumber(text)).plainLength
            let outcome = try form.outcome(of: [asked.id: .number(text)])
            if length > 64 {
                #expect(outcome == .refused(["answers.\(asked.id): out_of_range"]), "\(text)")
            } else {
                #expect(outcome == .stored([asked.id: .number(text)]), "\(text)")
            }
        }
        for (text, plain) in [
            ("0", "0"), ("-0", "-0"), ("1.50", "1.50"), ("1e2", "100"), ("1.5e1", "15"), ("1.50e1", "15.0"),
            ("12e-3", "0.012"),
            ("0e5", "0"), ("-1e-2", "-0.01"), ("0.05e1", "0.5"), ("1e0", "1"),
        ] {
            #expect(WrittenNumber(text)?.plainLength == plain.utf8.count, "\(text)")
        }
    }
}
