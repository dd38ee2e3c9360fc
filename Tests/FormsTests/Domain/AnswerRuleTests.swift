import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms

@Suite struct AnswerRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let question: Question
        let accepted: [JSONValue]
        let refused: [JSONValue]
        var testDescription: String { question.type.rawValue }
    }

    private static let cases = [
        Case(
            question: question(.shortText, rules: ValidationRules(minLength: Whole(2), maxLength: Whole(3))),
            accepted: ["ab", "abc", "äöü", "👍🏽"],
            refused: ["a", "abcd", 12, true, ["ab"]]
        ),
        Case(
            question: question(.shortText, rules: ValidationRules(pattern: Text("[0-9]{4}"))),
            accepted: ["2026"],
            refused: ["20266", "a2026", "2026\n"]
        ),
        Case(
            question: question(.longText),
            accepted: ["text", .string(String(repeating: "x", count: 20_000))],
            refused: [.string(String(repeating: "x", count: 20_001))]
        ),
        Case(question: question(.email), accepted: ["ada@uni.example"], refused: ["ada@", "ada", "a b@uni.example"]),
        Case(question: question(.phone), accepted: ["+852 2859 2111"], refused: ["call me", "1", "++852"]),
        Case(
            question: question(.url),
            accepted: ["https://uni.example/x?y"],
            refused: ["uni.example", "javascript:x"]
        ),
        Case(
            question: question(.number, rules: ValidationRules(min: 0, max: 10, step: 0.1)),
            accepted: [0, 10, .number("0.3"), .number("9.9"), .number("1e0")],
            refused: [-1, .number("10.1"), .number("0.35"), "5", true]
        ),
        Case(question: question(.number), accepted: [.number("-1.5e10"), 0], refused: ["0", [0]]),
        Case(question: question(.rating), accepted: [1, 5], refused: [0, 6, .number("2.5")]),
        Case(question: question(.linearScale), accepted: [0, 10], refused: [-1, 11]),
        Case(
            question: question(.linearScale, rules: ValidationRules(min: 1, max: 7)),
            accepted: [1, 7],
            refused: [0, 8, .number("1.5")]
        ),
        Case(
            question: question(
                .date,
                rules: ValidationRules(minDate: DateBound("2026-01-01"), maxDate: DateBound("2026-12-31"))
            ),
            accepted: ["2026-01-01", "2026-12-31"],
            refused: ["2025-12-31", "2027-01-01", "2026-02-29", "2026-2-1", "2026-01-01T00:00:00Z"]
        ),
        Case(
            question: question(.time, rules: ValidationRules(minDate: DateBound("09:00"), maxDate: DateBound("17:00"))),
            accepted: ["09:00", "17:00"],
            refused: ["08:59", "17:01", "9:00", "24:00", "12:60"]
        ),
        Case(
            question: question(
                .datetime,
                rules: ValidationRules(minDate: DateBound("2026-01-01"), maxDate: DateBound("2026-01-01"))
            ),
            accepted: ["2026-01-01T00:00:00Z", "2026-01-01T23:59:59.999Z", "2026-01-02T00:00:00+08:00"],
            refused: ["2025-12-31T23:59:59Z", "2026-01-02T00:00:00Z", "2026-01-01"]
        ),
        Case(
            question: question(.multipleChoice, options: ["a", "b"]),
            accepted: ["a"],
            refused: ["c", ["a"], 1, "A"]
        ),
        Case(question: question(.dropdown, options: ["a", "b"]), accepted: ["b"], refused: ["c", ["b"]]),
        Case(
            question: question(
                .checkboxes,
                options: ["a", "b", "c"],
                rules: ValidationRules(minSelections: Whole(2), maxSelections: Whole(2))
            ),
            accepted: [["a", "c"]],
            refused: [["a"], ["a", "b", "c"], ["a", "a"], ["a", "d"], "a"]
        ),
        Case(
            question: question(.ranking, options: ["a", "b", "c"]),
            accepted: [["c", "a", "b"]],
            refused: [["a", "b"], ["a", "b", "b"], ["a", "b", "c", "d"], "a"]
        ),
        Case(
            question: question(.ranking, options: ["a", "b", "c"], rules: ValidationRules(maxSelections: Whole(2))),
            accepted: [["c", "a"]],
            refused: [["a"], ["a", "b", "c"]]
        ),
        Case(
            question: question(.matrix, required: true, options: ["1", "2"], rows: ["x", "y"]),
            accepted: [["x": "1", "y": "2"]],
            refused: [["x": "1"], ["x": "3", "y": "1"], ["x": "1", "y": "1", "z": "1"]]
        ),
        Case(
            question: question(.matrix, options: ["1", "2"], rows: ["x", "y"]),
            accepted: [["x": "1"]],
            refused: [["z": "1"], "1", ["1"]]
        ),
        Case(question: question(.yesNo), accepted: [true, false], refused: ["true", 1, 0]),
        Case(question: question(.statement), accepted: [], refused: ["text", true]),
    ]

    @Test("Each type takes its answers and no others", arguments: cases)
    func typesAreChecked(sample: Case) throws {
        let needed = sample.question.type == .statement ? [question(.yesNo)] : []
        let form = form([page(sample.question)] + needed.map { page($0) })
        for answer in sample.accepted {
            #expect(try form.outcome(of: [sample.question.id: answer]) == .stored([sample.question.id: answer]))
        }
        for answer in sample.refused {
            guard case .refused(let details) = try form.outcome(of: [sample.question.id: answer]) else {
                Issue.record("\(answer.text) was taken")
                continue
            }
            #expect(details.count == 1, "one detail for each field")
            #expect(details.allSatisfy { $0.hasPrefix("answers.\(sample.question.id): ") })
        }
    }

    @Test(
        "A blank text, an empty list and null are no answers",
        arguments: ["", "  \n", .null, [], [:]] as [JSONValue]
    )
    func blanksAreNoAnswers(blank: JSONValue) throws {
        let free = question(.shortText)
        let required = question(.checkboxes, required: true, options: ["a"])
        let form = form(page(free, required))
        #expect(try form.outcome(of: [free.id: blank, required.id: ["a"]]) == .stored([required.id: ["a"]]))
        #expect(try form.outcome(of: [required.id: blank]) == .refused(["answers.\(required.id): required"]))
    }

    @Test("False and 0 are answers to required questions")
    func falseAndZeroAreAnswers() throws {
        let flag = question(.yesNo, required: true)
        let number = question(.number, required: true)
        let form = form(page(flag, number))
        #expect(try form.outcome(of: [flag.id: false, number.id: 0]) == .stored([flag.id: false, number.id: 0]))
    }

    @Test("A form's own words stand for its rules, and not for a wrong type")
    func ownMessage() throws {
        let question = question(.number, rules: ValidationRules(max: 3, message: Title("At most three, please.")))
        let compiled = try CompiledForm(form(page(question)))
        #expect(throws: ValidationError("answers.\(question.id)", .outOfRange, "At most three, please.")) {
            try compiled.check(["\(question.id)": 4])
        }
        #expect(throws: ValidationError("answers.\(question.id)", .wrongType, "Must be a number.")) {
            try compiled.check(["\(question.id)": "4"])
        }
    }

    @Test("Numbers are taken exactly where bounds and steps allow", arguments: Seed.batch(200))
    func numbersFollowBounds(seed: Seed) throws {
        var random = seed.generator
        let minimum = Int.random(in: -20...20, using: &random)
        let maximum = minimum + Int.random(in: 0...40, using: &random)
        let step = Int.random(in: 1...7, using: &random)
        let rules = ValidationRules(min: Double(minimum) / 10, max: Double(maximum) / 10, step: Double(step) / 10)
        let question = question(.number, rules: rules)
        let tenths = Int.random(in: -30...70, using: &random)
        let answer = JSONValue.number("\(Double(tenths) / 10)")
        let isRight = (minimum...maximum).contains(tenths) && (tenths - minimum) % step == 0
        let outcome = try form(page(question)).outcome(of: [question.id: answer])
        #expect(
            outcome == (isRight ? .stored([question.id: answer]) : .refused(["answers.\(question.id): out_of_range"]))
        )
    }

    @Test("Selections are sets of options within the bounds", arguments: Seed.batch(200))
    func selectionsFollowBounds(seed: Seed) throws {
        var random = seed.generator
        let options = (0..<Int.random(in: 1...6, using: &random)).map { "o\($0)" }
        let least = Int.random(in: 0...options.count, using: &random)
        let most = Int.random(in: max(least, 1)...options.count, using: &random)
        let question = question(
            .checkboxes,
            options: options,
            rules: ValidationRules(minSelections: Whole(least), maxSelections: Whole(most))
        )
        let chosen = (0..<Int.random(in: 1...7, using: &random)).map { _ in
            "o\(Int.random(in: 0...6, using: &random))"
        }
        let isRight =
            Set(chosen).count == chosen.count && chosen.allSatisfy(options.contains)
            && (least...most).contains(chosen.count)
        let answer = JSONValue.array(chosen.map(JSONValue.string))
        let outcome = try form(page(question)).outcome(of: [question.id: answer])
        #expect((outcome == .stored([question.id: answer])) == isRight)
    }

    @Test("Lengths are counted in Unicode scalars of the normal form", arguments: Seed.batch(100))
    func lengthsFollowBounds(seed: Seed) throws {
        var random = seed.generator
        let least = Int.random(in: 0...5, using: &random)
        let most = least + Int.random(in: 0...5, using: &random)
        let scalars = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            ["a", "é", "👍", "\u{301}"].randomElement(using: &random) ?? "a"
        }
        let question = question(.longText, rules: ValidationRules(minLength: Whole(least), maxLength: Whole(most)))
        let answer = JSONValue.string(scalars.joined())
        let stored = scalars.joined().composed
        let count = stored.unicodeScalars.count
        let outcome = try form(page(question)).outcome(of: [question.id: answer])
        #expect((outcome == .stored([question.id: .string(stored)])) == (least...most).contains(count))
    }
}
