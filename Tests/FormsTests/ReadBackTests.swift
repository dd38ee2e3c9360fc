import AuthContracts
import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Forms

/// Checks that every accepted value is readable everywhere, and any other is rejected at its field.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReadBackTests {
    private static let leaves: [JSONValue] = [
        .number("0"), .number("-0"), .number("1e70"), .number("-1e308"), .number("1e-70"), .number("1e63"),
        .number("1.50"),
        .number("9007199254740993"), .number("0.30000000000000001"), .number("1e-62"), .number("2.5E+3"),
        .number("1e0001"), .number("25E-0001"), .null, true,
        false,
        "", " ", "a", "e\u{301}", "=1+1", "\u{FF1D}1", "\"quoted\", and; more\r\n", "\u{1F}", "\u{200B}", "\u{202E}abc",
        "👨‍👩‍👧‍👦",
        .string(String(repeating: "é", count: 20_000)), .string(String(repeating: "x", count: 20_001)),
        "0001-01-01", "9999-12-31", "2026-02-30", "00:00", "23:59", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2026-03-01T09:30:00.123456789+14:00", "ada@bücher.example", "+852 2859 2111", "HTTPS://例え.jp/ü", "a\u{30A}",
        // Normal forms of some of these have more marks in a row than the texts.
        marked("\u{958}"), marked("\u{1EB7}\u{328}", 29), marked("\u{FB2C}"), marked("e"), marked("a\u{200D}"),
        marked("https://a.example/\u{958}"),
    ]

    /// A text that ends with combining marks, by default as many as a request may have in a row.
    private static func marked(_ text: String, _ count: Int = StreamSafeText.longestRun) -> JSONValue {
        .string(text + String(repeating: "\u{301}", count: count))
    }

    private static func answer(_ random: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        let leaf = leaves.randomElement(using: &random) ?? .null
        guard depth < 2 else { return leaf }
        switch random.next() % 5 {
        case 0:
            return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in answer(&random, depth: depth + 1) })
        case 1:
            let names = ["a", "å", "a\u{30A}", "=x", String(repeating: "n", count: 300)].shuffled(using: &random)
            return .object(.init(names.prefix(2).map { ($0, answer(&random, depth: depth + 1)) }))
        default: return leaf
        }
    }

    private static let types: [QuestionType] = [
        .shortText, .longText, .email, .phone, .url, .number, .date, .time, .datetime, .multipleChoice, .checkboxes,
        .dropdown,
        .rating, .linearScale, .matrix, .ranking, .yesNo,
    ]

    @Test("Every accepted answer reads back alone, in the list and in the table")
    func answers() async throws {
        try await withForms { forms in
            let author = forms.author()
            let questions = Self.types.map { type in
                question(
                    type,
                    options: type.hasOptions ? ["a", "å", "=1+1"] : [],
                    key: type == .shortText ? "bio" : nil
                )
            }
            let free = question(.matrix, options: ["a"])
            let all = questions + [free]
            let form = try await forms.published(
                [
                    FormPage(
                        id: FormPageID(),
                        title: nil,
                        description: nil,
                        order: 1,
                        conditionalLogic: nil,
                        questions: all
                    )
                ],
                by: author
            )
            var accepted: [FormResponseID: FormResponse] = [:]
            for seed in Seed.batch(150) {
                var random = seed.generator
                for asked in all {
                    let answers = [asked.id: Self.answer(&random)]
                    do {
                        let response = try await forms.submit(form.id, answers, by: forms.user())
                        accepted[response.id] = response
                    } catch let error as ServiceError where error.code == .validation {
                        #expect(error.details.allSatisfy { $0.field.hasPrefix("answers.\(asked.id)") }, "\(seed)")
                    }
                }
            }
            #expect(accepted.count > 300, "the generator finds answers that are right")
            for (id, response) in accepted {
                let read = try await forms.response(id, of: form.id, by: author)
                let answers = try JSONParser.parse(read.answers.bytes)
                #expect(try FormResponse(jsonBytes: read.jsonBytes).id == id)
                #expect(
                    try answers.objectValue?.members.count
                        == JSONParser.parse(response.answers.bytes).objectValue?.members.count
                )
            }
            var listed: Set<FormResponseID> = []
            var cursor: PageCursor?
            repeat {
                let page = try await forms.responses(
                    of: form.id,
                    by: author,
                    page: PageRequest(limit: 100, cursor: cursor)
                )
                for response in page.items { listed.insert(try FormResponse(jsonBytes: response.jsonBytes).id) }
                cursor = page.pagination.nextCursor
            } while cursor != nil
            #expect(listed == Set(accepted.keys))
            let table = try await forms.exportAll(form.id, by: author).text
            #expect(accepted.keys.allSatisfy { table.contains("\($0)") })
            #expect(!table.contains(ResponseTable.unreadable))
        }
    }

    @Test(
        "Every accepted form reads back, can be edited, published, copied and archived",
        arguments: Seed.batch(100).chunked(100)
    )
    func definitions(seeds: [Seed]) async throws {
        try await withForms { forms in
            let author = forms.author()
            let numbers: [Double] = [0, -0.0, 1e60, -1e60, 1e-40, 1e61, 1e300, 1e-300, 0.1, 1e15]
            for seed in seeds {
                var random = seed.generator
                func number() -> JSONValue? {
                    Bool.random(using: &random) ? numbers.randomElement(using: &random).map { .number("\($0)") } : nil
                }
                var rules = JSONObject()
                for name in ["min", "max", "step"] { rules[name] = number() }
                let id = QuestionID()
                let value = Self.answer(&random)
                let logic: JSONValue = [
                    "action": "show",
                    "conditions": [["questionId": .string("\(id)"), "operator": "equals", "value": value]],
                ]
                let json: JSONValue = [
                    "title": "A form",
                    "pages": [
                        [
                            "questions": [
                                [
                                    "id": .string("\(id)"), "type": "number", "title": "One",
                                    "validationRules": .object(rules),
                                ],
                                ["type": "yes-no", "title": "Two", "conditionalLogic": logic],
                            ]
                        ]
                    ],
                ]
                do {
                    let draft = try await forms.create(CreateForm.read(json), by: author)
                    #expect(try await forms.get(draft.id, by: author).pages == draft.pages, "\(seed)")
                    _ = try await forms.change(draft.id, by: author, ["title": "Another"])
                    do {
                        let form = try await forms.take(.publish, draft.id, by: author)
                        #expect(try await forms.get(form.id, by: author).version == 1)
                        _ = try await forms.exportAll(form.id, by: author)
                    } catch let error as ServiceError where error.code == .validation {
                        // A draft may be what no form can be.
                    }
                    _ = try await forms.take(.archive, draft.id, by: author)
                } catch let error as ValidationError {
                    Self.expectQuestions(in: error.details, seed)
                } catch let error as ServiceError where error.code == .validation {
                    Self.expectQuestions(in: error.details, seed)
                }
            }
        }
    }

    private static func expectQuestions(in faults: [FieldError], _ seed: Seed) {
        #expect(faults.allSatisfy { $0.field.hasPrefix("pages.0.questions.") }, "\(seed)")
    }

    @Test("A mapping has rules that a form can be published with, or is refused at the rule")
    func mappings() async throws {
        try await withForms { forms in
            let wrong: [(ValidationRules, String)] = [
                (ValidationRules(pattern: Text("(")), "pattern"), (ValidationRules(min: 2, max: 1), "max"),
                (ValidationRules(step: 0), "step"),
                (ValidationRules(minLength: Whole(3), maxLength: Whole(2)), "maxLength"),
                (ValidationRules(minDate: DateBound("09:00"), maxDate: DateBound("2026-01-01")), "minDate"),
                (ValidationRules(minSelections: Whole(3), maxSelections: Whole(2)), "maxSelections"),
                (ValidationRules(pattern: Text("\\pL{1000}")), "pattern"),
            ]
            for (rules, field) in wrong {
                let error = await #expect(throws: ServiceError.self) {
                    try await forms.map("key", to: "custom.key", rules: rules)
                }
                #expect(error?.details.first?.field.hasPrefix("defaultValidationRules.") == true)
                #expect(error?.details.contains { $0.field == "defaultValidationRules.\(field)" } == true, "\(field)")
            }
            let right = [
                ValidationRules(pattern: Text("[0-9]+"), min: 1, max: 2, step: 0.5),
                ValidationRules(minDate: DateBound("09:00")),
                ValidationRules(minDate: DateBound("2026-01-01"), maxDate: DateBound("2026-01-02")),
                ValidationRules(minSelections: Whole(2), maxSelections: Whole(500)),
            ]
            for (index, rules) in right.enumerated() {
                try await forms.map("key\(index)", to: "custom.key", rules: rules)
            }
        }
    }

    @Test("An update that auth refuses can be rejected, and one that no profile accepts is not made")
    func profileUpdates() async throws {
        try await withForms { forms in
            let name = question(.shortText, key: "firstName")
            let year = question(.shortText, key: "yearOfStudy")
            let form = try await forms.published([page(name, year)], by: forms.author())
            let student = forms.user()
            let refused = await #expect(throws: ServiceError.self) {
                try await forms.submit(form.id, [year.id: "second"], by: student, updateProfile: [year.id])
            }
            #expect(refused?.details.map(\.field) == ["updateProfile.0"])
            _ = try await forms.submit(form.id, [name.id: "Ada"], by: student, updateProfile: [name.id, name.id])
            let updates = try await forms.updates(by: student)
            #expect(updates.count == 1, "named twice, asked once")
            let update = try #require(updates.first)
            forms.interfere(with: ApplyProfileUpdate.self, .refused(ServiceError(.validation)))
            #expect(try await refusal { try await forms.approve(update.id, by: student) } == .profileRefused)
            #expect(try await forms.reject(update.id, by: student).status == .rejected)
        }
    }

    @Test("A change that changes nothing makes no version, and one of another spelling does")
    func unchanged() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.published([page(question(.yesNo))], by: author)
            let title = JSONValue.string("A form")
            #expect(try await forms.change(form.id, by: author, ["title": title]).version == 1)
            let pages = JSONValue.array(try form.pages.map { try JSONParser.parse($0.jsonBytes) })
            #expect(try await forms.change(form.id, by: author, ["pages": pages, "settings": [:]]).version == 1)
            #expect(try await forms.change(form.id, by: author, ["title": "A\u{30A}"]).version == 2)
            #expect(try await forms.change(form.id, by: author, ["title": "A\u{30A}"]).version == 2)
        }
    }

    @Test("An export reads forty large versions and keeps their labels")
    func manyVersions() async throws {
        try await withForms { forms in
            let author = forms.author()
            let label = String(repeating: "x", count: 400)
            var asked = question(.dropdown, options: ["first"])
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: "first"], by: forms.user())
            for version in 0..<12 {
                asked.options = (0..<300).map {
                    QuestionOption(
                        value: .init(unchecked: "\(version)-\($0)"),
                        label: .init(unchecked: "\(version) \(label)")
                    )
                }
                let pages = JSONValue.array([try JSONParser.parse(page(asked).jsonBytes)])
                _ = try await forms.change(form.id, by: author, ["pages": pages])
            }
            _ = try await forms.submit(form.id, [asked.id: "11-7"], by: forms.user())
            let table = try await forms.exportAll(form.id, by: author).text
            #expect(table.contains(",first\r\n") && table.contains("11 \(label)"))
        }
    }

    @Test("The byte order mark stands at the beginning, unless it is left out")
    func byteOrderMark() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.published([page(question(.yesNo))], by: author)
            for (bom, begins) in [(nil, true), (true, true), (false, false)] as [(Bool?, Bool)] {
                let part = try await forms.call(ExportResponses(id: form.id, bom: bom), as: author)
                #expect(part.text.starts(with: CSVWriter.byteOrderMark) == begins)
            }
        }
    }
}

extension [Seed] {
    /// Splits the seeds into lists, so that several share a database.
    fileprivate func chunked(_ size: Int) -> [[Seed]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
