import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms

/// Takes client-chosen sizes to their limits: each form is rejected at a field, or costs less than a stated number of
/// steps.
@Suite struct BoundsTests {
    private static func budget(_ steps: Int) -> WorkBudget { WorkBudget(until: .now + .seconds(600), steps: steps) }

    private static func group(_ conditions: [Condition]) -> Condition {
        .group(ConditionGroup(match: .any, conditions: conditions))
    }

    /// A form whose second question depends on that many comparisons with the first, spread over groups.
    private static func pair(
        _ first: Question,
        comparing count: Int,
        _ comparison: (Int) -> (ComparisonOperator, JSONValue)
    ) -> (form: Form, second: QuestionID) {
        let conditions = (0..<count).map { index in
            let (operation, value) = comparison(index)
            return Condition.comparison(Comparison(questionId: first.id, operator: operation, value: value))
        }
        let logic = ConditionalLogic(action: .show, match: .any, conditions: conditions)
        let second = question(.yesNo, logic: logic)
        return (FormsTests.form(page(first, second)), second.id)
    }

    @Test("1,000 plain conditions on an answer of 40 KB cost less than a millisecond of steps each way")
    func plainConditions() throws {
        let first = question(.longText)
        let (form, _) = Self.pair(first, comparing: 1_000) { index in
            switch index % 3 {
            case 0: (.equals, .string("é\(index)"))
            case 1: (.startsWith, .string("éé\(index)"))
            default: (.in, [.string("é\(index)"), "ü"])
            }
        }
        let compiled = try CompiledForm(form, work: Self.budget(200_000))
        let answer = JSONValue.string(String(repeating: "é", count: 20_000))
        let checked = try compiled.check(["\(first.id)": answer], work: Self.budget(200_000))
        #expect(checked[first.id] == answer)
        #expect(throws: WorkExhausted.steps) {
            try compiled.check(["\(first.id)": answer], work: Self.budget(1_000))
        }
    }

    @Test("The estimated cost of writing a form follows its texts and options", arguments: [1, 40, 400])
    func writing(questions: Int) {
        let options = (0..<20).map { "Option \($0)" }
        let described = (0..<questions).map { _ in
            var long = question(.dropdown, options: options)
            long.description = Description(unchecked: String(repeating: "x", count: 1_000))
            return long
        }
        let written = form(page(described))
        let steps = FormDocument(written).steps
        #expect((steps / 2...steps * 4).contains(written.writingSteps))
    }

    @Test("A form has at most 1,000 conditions, and says where the next one stands")
    func conditionsAreCounted() {
        let first = question(.yesNo)
        let (fits, _) = Self.pair(first, comparing: 1_000) { _ in (.equals, true) }
        #expect(fits.publishFaults.isEmpty)
        let (tooMany, _) = Self.pair(first, comparing: 1_001) { _ in (.equals, true) }
        #expect(tooMany.publishFaults == ["pages.0.questions.1.conditionalLogic.conditions.1000: too_long"])
        #expect(throws: ValidationError.self) { try tooMany.checkStructure() }
    }

    @Test("Finding pieces of families takes time that grows with the text, or the form is refused at the condition")
    func containsIsLinear() throws {
        let family = "👨‍👩‍👧‍👦"
        func form(longest: Int) -> (Form, Question) {
            let first = question(.longText, rules: ValidationRules(maxLength: Whole(longest)))
            let sought = { (index: Int) in
                (ComparisonOperator.contains, JSONValue.string(String(repeating: family, count: 20) + "\(index)"))
            }
            return (Self.pair(first, comparing: 400, sought).form, first)
        }
        #expect(form(longest: 20_000).0.publishFaults.isEmpty)
        let (fits, first) = form(longest: 5_000)
        let answer = String(repeating: family, count: 700)
        let text = answer.utf8.count
        let compiled = try CompiledForm(fits)
        _ = try compiled.check(["\(first.id)": .string(answer)], work: Self.budget(405 * text + 2_000))
        let (refused, _) = Self.pair(question(.longText), comparing: 1_000) { (.contains, .string("\(family)\($0)")) }
        #expect(refused.publishFaults == ["pages.0.questions.1.conditionalLogic.conditions.500.value: too_long"])
    }

    @Test("A form has at most 100 patterns, of rules and conditions together")
    func patternsAreCounted() {
        let first = question(.shortText)
        let (matches, _) = Self.pair(first, comparing: 200) { (.matches, .string("(a|b|\($0))*[a-z]{1,9}")) }
        #expect(matches.publishFaults == ["pages.0.questions.1.conditionalLogic.conditions.100.value: too_long"])
        let rules = (0..<101).map { question(rules: ValidationRules(pattern: Text("x{\($0)}"))) }
        let form = FormsTests.form([
            FormPage(id: FormPageID(), title: nil, description: nil, order: 1, conditionalLogic: nil, questions: rules)
        ])
        #expect(form.publishFaults == ["pages.0.questions.100.validationRules.pattern: too_long"])
        let (thousands, _) = Self.pair(first, comparing: 7_000) { (.matches, .string("a{1,\($0 % 900 + 1)}")) }
        #expect(thousands.publishFaults.count == 2)
    }

    @Test("Patterns that are costly together are refused where the room or the time ends")
    func costlyPatternsAreRefused() throws {
        let first = question(.longText)
        let (form, _) = Self.pair(first, comparing: 100) { (.matches, .string("(\\pL|\\pN){20}x{\($0)}")) }
        let faults = form.publishFaults
        #expect(!faults.isEmpty)
        #expect(faults.allSatisfy { $0.hasPrefix("pages.0.questions.1.conditionalLogic.conditions.") })
        var table = PatternTable(work: Self.budget(50_000_000))
        #expect(throws: PatternRefusal.self) {
            for index in 0..<100 { _ = try table.pattern(".{1,500}\(index)") }
        }
        #expect(table.bytes <= PatternTable.maximumBytes)
        #expect(throws: WorkExhausted.self) {
            var table = PatternTable(work: Self.budget(20_000))
            for index in 0..<100 { _ = try table.pattern("[a-z]{100}\(index)") }
        }
    }

    @Test("A pattern is matched with an answer once, however often it is needed")
    func verdictsAreKept() throws {
        let first = question(.longText, rules: ValidationRules(pattern: Text("(a|b)*c?")))
        let (form, _) = Self.pair(first, comparing: 90) { _ in (.matches, "(a|b)*c?x") }
        let compiled = try CompiledForm(form)
        let answer = String(repeating: "ab", count: 5_000)
        _ = try compiled.check(["\(first.id)": .string(answer)], work: Self.budget(100 * answer.utf8.count))
    }

    @Test("Accepted forms never take more steps than a request has, whatever is answered", arguments: Seed.batch(100))
    func acceptedFormsStayWithinTheBudget(seed: Seed) throws {
        var random = seed.generator
        let longest = Int.random(in: 1...20_000, using: &random)
        let first = question(.longText, rules: ValidationRules(maxLength: Whole(longest)))
        let pieces = ["a", "é", "👍", "[ab]{9}", "x+"]
        let operations: [ComparisonOperator] = [.equals, .startsWith, .contains, .matches]
        let count = Int.random(in: 1...90, using: &random)
        let (form, _) = Self.pair(first, comparing: count) { index in
            let piece = (pieces.randomElement(using: &random) ?? "a") + "\(index)"
            return (operations.randomElement(using: &random) ?? .equals, .string(piece))
        }
        guard form.publishFaults.isEmpty else { return }
        let answer = String(repeating: ["a", "é", "👍"].randomElement(using: &random) ?? "a", count: longest)
        let work = Self.budget(WorkBudget.defaultSteps)
        _ = try CompiledForm(form).check(["\(first.id)": .string(answer)], work: work)
    }

    @Test("A form with 600 options and 800 conditions is compiled in few steps")
    func optionsTimesConditions() throws {
        let options = (0..<600).map { "option-\($0)" }
        let first = question(
            .checkboxes,
            options: options,
            quotas: Dictionary(uniqueKeysWithValues: options.map { ($0, 1) })
        )
        let (form, _) = Self.pair(first, comparing: 800) { (.contains, .string(options[$0 % 600])) }
        let compiled = try CompiledForm(form, work: Self.budget(100_000))
        let all = JSONValue.array(options.map(JSONValue.string))
        let checked = try compiled.check(["\(first.id)": all], work: Self.budget(600 * 800 + 200_000))
        #expect(checked.limitedOptions.count == 600)
    }

    @Test("What is compared with is a scalar or a list of scalars, within a length")
    func comparisonValues() {
        func faults(_ value: JSONValue) -> [String] {
            let json: JSONValue = [
                "action": "show",
                "conditions": [["questionId": .string("\(QuestionID())"), "operator": "equals", "value": value]],
            ]
            do throws(ValidationError) {
                _ = try ConditionalLogic.read(json)
                return []
            } catch { return error.details.map { "\($0.field): \($0.code?.rawValue ?? "")" } }
        }
        let members = JSONValue.object(.init((0..<30).map { ("m\($0)", .integer($0)) }))
        #expect(faults(members) == ["conditions.0.value: wrong_type"])
        #expect(faults([members]) == ["conditions.0.value.0: wrong_type"])
        #expect(faults([[1]]) == ["conditions.0.value.0: wrong_type"])
        #expect(faults(.array(Array(repeating: 1, count: 1_001))) == ["conditions.0.value: too_long"])
        #expect(faults(.string(String(repeating: "é", count: 1_001))) == ["conditions.0.value: too_long"])
        #expect(faults(.string(String(repeating: "é", count: 1_000))).isEmpty)
        #expect(faults([1, "a", true]).isEmpty)
    }

    @Test("All conditions together compare with a bounded number of bytes")
    func comparisonBytes() {
        let first = question(.longText)
        let (form, _) = Self.pair(first, comparing: 400) {
            (.equals, .string(String(repeating: "x", count: 900) + "\($0)"))
        }
        #expect(form.publishFaults.count == 1)
        #expect(form.publishFaults.allSatisfy { $0.hasSuffix(".value: too_long") })
    }

    @Test("Groups nest at most ten deep, however they come in")
    func depth() throws {
        let comparison: JSONValue = ["questionId": .string("\(QuestionID())"), "operator": "is-empty"]
        func logic(_ depth: Int) -> JSONValue {
            let nested = (0..<depth).reduce(comparison) { inner, _ in ["match": "all", "conditions": [inner]] }
            return ["action": "show", "conditions": [nested]]
        }
        #expect(try ConditionalLogic.read(logic(10)).conditions.count == 1)
        let fault = ValidationError("conditions", .tooLong, "Groups must nest at most 10 deep.")
        #expect(throws: fault) { try ConditionalLogic.read(logic(11)) }
        #expect(throws: fault) { try ConditionalLogic.read(logic(25)) }
        var target = form(page(question(logic: try ConditionalLogic.read(logic(1)))))
        let id = target.pages[0].questions[0].id
        let conditions = logic(11)["conditions"] ?? []
        let patch = try UpdateQuestion.read([
            "id": .string("\(target.id)"), "questionId": .string("\(id)"),
            "conditionalLogic": ["conditions": conditions],
        ])
        #expect(
            throws: ValidationError("conditionalLogic.conditions", .tooLong, "Groups must nest at most 10 deep.")
        ) { try target.update(patch) }
    }

    @Test("A merge patch with many members is refused before anything looks for one of them")
    func widePatches() {
        let wide = JSONValue.object(.init((0..<101).map { ("m\($0)", .integer($0)) }))
        for patch: JSONValue in [wide, ["payment": wide]] {
            let update: JSONValue = ["id": .string("\(FormID())"), "settings": patch]
            #expect(throws: ValidationError("settings", .tooLong, "Must have at most 100 members.")) {
                try UpdateForm.read(update)
            }
        }
    }

    @Test("A form takes at most 1 MiB, whatever it is put together from")
    func formsAreSmall() throws {
        let label = String(repeating: "x", count: 500)
        let many = (0..<500).map { _ in question(.dropdown, options: ["a"]) }
        var form = form([
            FormPage(id: FormPageID(), title: nil, description: nil, order: 1, conditionalLogic: nil, questions: many)
        ])
        try form.checkSize(form.jsonBytes.count)
        let options = (0..<4).map { QuestionOption(value: .init(unchecked: "\($0)"), label: .init(unchecked: label)) }
        for index in many.indices { form.pages[0].questions[index].options = options }
        #expect(throws: ValidationError.self) { try form.checkSize(form.jsonBytes.count) }
    }

    @Test("At most a hundred faults are named")
    func faultsAreBounded() throws {
        let options = Array(repeating: "a", count: 1_000)
        #expect(form(page(question(.dropdown, options: options))).publishFaults.count == 100)
        let compiled = try CompiledForm(form(page(question(.yesNo))))
        let strangers = Dictionary(uniqueKeysWithValues: (0..<5_000).map { ("q\($0)", JSONValue.null) })
        let error = #expect(throws: ValidationError.self) { try compiled.check(strangers) }
        #expect(error?.details.count == 100)
    }

    @Test("A cache keeps what was used last within its bytes", arguments: Seed.batch(100))
    func cacheIsBounded(seed: Seed) {
        var random = seed.generator
        var cache = ByteBoundedCache<Int, Int>(limit: 1_000)
        for step in 0..<200 {
            let key = Int.random(in: 0..<40, using: &random)
            switch step % 3 {
            case 0: cache.keep(step, bytes: Int.random(in: 1...300, using: &random), for: key)
            case 1: _ = cache.value(of: key)
            default: if step % 7 == 0 { cache.forget(key) }
            }
            #expect(cache.bytes <= 1_000 && cache.bytes >= cache.count)
        }
        cache.keep(1, bytes: 200, for: 100)
        for key in 0..<3 { cache.keep(0, bytes: 240, for: key) }
        #expect(cache.value(of: 100) == 1)
        cache.keep(0, bytes: 240, for: 3)
        #expect(cache.value(of: 100) == 1 && cache.value(of: 0) == nil)
        cache.keep(0, bytes: 251, for: 4)
        #expect(cache.value(of: 4) == nil, "one value may not drive out the others")
    }
}
