import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

@Suite(.serialized, .timeLimit(.minutes(10))) struct SmartFieldTests {
    // **Feature: rovierr-platform-foundation, Property 6: Smart Field Auto-fill Population**
    //
    // Every smart field whose profile value is not null is filled with that value, and no other is: `false`, 0 and a
    // blank text are values.
    @Test("Property 6: smart fields are filled with what the profile holds")
    func autofillPopulatesSmartFields() async throws {
        try await withForms { forms in
            let author = forms.author()
            let values: [String: [JSONValue]] = [
                "firstName": ["", "text"], "yearOfStudy": [0, 7], "phone": ["+852 2859 2111"], "bio": ["", "text"],
                "interests": [[], ["a"]], "custom.shirt": ["", 0, 7, [], "text"], "custom.vegetarian": [false, true],
            ]
            try await forms.map("shirt-size", to: "custom.shirt")
            try await forms.map("vegetarian", to: "custom.vegetarian")
            let paths = ["shirt-size": "custom.shirt", "vegetarian": "custom.vegetarian"]
            let names = values.keys.filter { !paths.values.contains($0) }
            let keys: [String?] = (names + paths.keys).sorted() + ["unknown-key", nil]
            for seed in Seed.batch(100) {
                var random = seed.generator
                let questions = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    question(.longText, key: keys.randomElement(using: &random) ?? nil)
                }
                let form = try await forms.published(
                    [
                        FormPage(
                            id: FormPageID(),
                            title: nil,
                            description: nil,
                            order: 1,
                            conditionalLogic: nil,
                            questions: questions
                        )
                    ],
                    by: author
                )
                var profile: [String: JSONValue] = [:]
                for path in values.keys.sorted() where Bool.random(using: &random) {
                    profile[path] = values[path]?.randomElement(using: &random)
                }
                let student = try await forms.account(profile)
                var expected: [QuestionID: JSONValue] = [:]
                for question in questions {
                    guard let key = question.profileFieldKey?.text, let value = profile[paths[key] ?? key]
                    else { continue }
                    expected[question.id] = value
                }
                let filled = try await forms.autofill(form.id, by: student)
                #expect(filled.mapValues(\.value) == expected, "\(seed)")
                for (id, field) in filled {
                    #expect(field.profileFieldKey == questions.first { $0.id == id }?.profileFieldKey)
                    #expect(field.source == (paths[field.profileFieldKey.text] == nil ? .profile : .mapping))
                }
            }
        }
    }

    @Test("A form that asks for a large value in each question gets it until the reply is full")
    func autofillIsBounded() async throws {
        try await withForms { forms in
            let author = forms.author()
            let part = JSONValue.string(String(repeating: "😀", count: 500))
            let address = JSONValue.object(JSONObject((0..<20).map { ("line \($0)", part) }))
            let last = question(.shortText, key: "firstName")
            let asked = (0..<499).map { _ in question(.longText, key: "address") }
            let form = try await forms.draft([page(asked + [last])], by: author)
            try await forms.openAccount(of: author)
            try await forms.setProfile(["address": address, "firstName": "Ada"], of: author)
            let filled = try await forms.autofill(form.id, by: author)
            let addresses = filled.values.count { $0.value == address }
            #expect(addresses == SmartFields.maximumAutofillBytes / address.bytes.count)
            #expect(filled[last.id]?.value == "Ada", "a smaller value still fits")
            #expect(Autofill(filled).jsonBytes.count < SmartFields.maximumAutofillBytes + 4_096)
        }
    }

    // **Feature: rovierr-platform-foundation, Property 7: Profile Update Round-trip**
    //
    // An approved update is what the profile holds from then on, and what fills the next form; one that was rejected, or
    // not asked for, changes nothing.
    @Test("Property 7: approved updates come back in the next form")
    func approvedUpdatesRoundTrip() async throws {
        try await withForms { forms in
            let author = forms.author()
            try await forms.map("shirt-size", to: "custom.shirt")
            let fields: [(key: String, path: String, type: QuestionType)] = [
                ("firstName", "firstName", .shortText), ("yearOfStudy", "yearOfStudy", .number),
                ("shirt-size", "custom.shirt", .shortText),
            ]
            let questions = fields.map { question($0.type, key: $0.key) }
            let form = try await forms.published([page(questions[0], questions[1], questions[2])], by: author)
            for seed in Seed.batch(100) {
                var random = seed.generator
                var profile: [String: JSONValue] = [:]
                for field in fields where Bool.random(using: &random) {
                    profile[field.path] = field.type == .number ? 0 : ""
                }
                let student = try await forms.account(profile)
                var answers: [QuestionID: JSONValue] = [:]
                for question in questions where random.next() % 4 != 0 {
                    let number = Int.random(in: 0...2, using: &random)
                    answers[question.id] = question.type == .number ? .integer(number) : .string("text \(number)")
                }
                let wanted = questions.filter { _ in Bool.random(using: &random) }.map(\.id)
                _ = try await forms.submit(form.id, answers, by: student, updateProfile: wanted)
                var expected = profile
                for update in try await forms.updates(by: student, status: .pending) {
                    let place = try #require(questions.firstIndex { $0.id == update.questionId })
                    #expect(wanted.contains(update.questionId), "\(seed)")
                    #expect(update.oldValue ?? .null == profile[fields[place].path] ?? .null)
                    if Bool.random(using: &random) {
                        #expect(try await forms.approve(update.id, by: student).status == .approved)
                        expected[fields[place].path] = answers[update.questionId]
                    } else {
                        #expect(try await forms.reject(update.id, by: student).status == .rejected)
                    }
                }
                let kept = try await forms.profile(of: student, "firstName", "yearOfStudy", "custom.shirt")
                #expect(kept == expected, "\(seed)")
                let filled = try await forms.autofill(form.id, by: student).mapValues(\.value)
                for (question, field) in zip(questions, fields) {
                    #expect(filled[question.id] == expected[field.path], "\(seed)")
                }
            }
        }
    }

    /// A student with one pending update of the first name from `old`.
    private func pendingUpdate(
        _ forms: ServiceLab,
        old: JSONValue = "Ada"
    ) async throws -> (ProfileUpdate, RequestContext.User) {
        let asked = question(.shortText, key: "firstName")
        let form = try await forms.published([page(asked)], by: forms.author())
        let student = try await forms.account(["firstName": old])
        _ = try await forms.submit(form.id, [asked.id: "Grace"], by: student, updateProfile: [asked.id])
        return (try #require(try await forms.updates(by: student).first), student)
    }

    @Test("However many answers have the same path, one update is pending for it")
    func onePendingUpdatePerPath() async throws {
        try await withForms { forms in
            let bios = (0..<30).map { _ in question(.longText, key: "bio") }
            let name = question(.shortText, key: "firstName")
            let form = try await forms.published([page(bios + [name])], by: forms.author())
            let student = try await forms.account(["bio": .string(String(repeating: "b", count: 4_000))])
            var answers = Dictionary(uniqueKeysWithValues: bios.map { ($0.id, JSONValue.string("bio \($0.id)")) })
            answers[name.id] = "Grace"
            let all = bios.map(\.id) + [name.id]
            for _ in 0..<3 { _ = try await forms.submit(form.id, answers, by: student, updateProfile: all) }
            let pending = try await forms.updates(by: student)
            #expect(Set(pending.map(\.questionId)) == [bios[29].id, name.id])
            #expect(pending.count == 2)
            let sent = try #require(pending.first { $0.questionId == name.id })
            forms.interfere(with: ApplyProfileUpdate.self, .lostReply)
            #expect(try await refusal { try await forms.approve(sent.id, by: student) } == .serviceUnavailable)
            try await forms.setProfile(["firstName": "Ada"], of: student)
            _ = try await forms.submit(form.id, answers, by: student, updateProfile: [name.id])
            // An update that may have been applied stays pending beside the later one.
            let waiting = try await forms.updates(by: student).filter { $0.questionId == name.id }
            #expect(waiting.count == 2 && waiting.contains { $0.id == sent.id })
            #expect(try await forms.approve(sent.id, by: student).status == .approved)
        }
    }

    @Test("A person's newest 500 updates are kept")
    func updatesAreBounded() async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            _ = try await forms.reject(update.id, by: student)
            try await forms.execute(
                """
                INSERT INTO forms.profile_updates (id, tenant_id, user_id, form_id, response_id, question_id,
                    profile_field_key, profile_path, old_value, new_value, status, created_at, decided_at)
                SELECT gen_random_uuid(), tenant_id, user_id, form_id, response_id, question_id, profile_field_key,
                    profile_path, old_value, new_value, status, created_at - interval '1 day', decided_at
                FROM forms.profile_updates, generate_series(1, 600)
                """
            )
            let asked = question(.shortText, key: "lastName")
            let form = try await forms.published([page(asked)], by: forms.author())
            _ = try await forms.submit(form.id, [asked.id: "Hopper"], by: student, updateProfile: [asked.id])
            let kept = try await forms.superuser { database in
                try await database.one("SELECT count(*) AS kept FROM forms.profile_updates", scope: .none)["kept"]
                    as Int
            }
            #expect(kept == 500)
            #expect(try await forms.updates(by: student, status: .pending).map(\.questionId) == [asked.id])
        }
    }

    @Test("Approving twice changes nothing more, not even after the profile has changed again")
    func approvalIsIdempotent() async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            let approved = try await forms.approve(update.id, by: student)
            try await forms.setProfile(["firstName": "Barbara"], of: student)
            #expect(try await forms.approve(update.id, by: student) == approved)
            #expect(try await forms.profile(of: student, "firstName") == ["firstName": "Barbara"])
            #expect(try await refusal { try await forms.reject(update.id, by: student) } == .alreadyDecided)
            #expect(try await refusal { try await forms.approve(update.id, by: forms.user()) } == .notFound)
        }
    }

    @Test(
        "What is rejected or replaced while it is being approved does not change the profile",
        arguments: [false, true]
    )
    func overtakenApprovals(isReplaced: Bool) async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            let asked = question(.shortText, key: "firstName")
            let form = try await forms.published([page(asked)], by: forms.author())
            forms.interfere(
                with: GetProfileFields.self,
                .preceded {
                    if isReplaced {
                        _ = try await forms.submit(form.id, [asked.id: "Joan"], by: student, updateProfile: [asked.id])
                    } else {
                        _ = try await forms.reject(update.id, by: student)
                    }
                }
            )
            let code = try await refusal { try await forms.approve(update.id, by: student) }
            #expect(code == (isReplaced ? .notFound : .alreadyDecided))
            #expect(try await forms.profile(of: student, "firstName") == ["firstName": "Ada"])
        }
    }

    @Test("A reply that is lost after the change was made costs nothing: asking again ends it")
    func lostReplies() async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            forms.interfere(with: ApplyProfileUpdate.self, .lostReply)
            #expect(try await refusal { try await forms.approve(update.id, by: student) } == .serviceUnavailable)
            #expect(try await forms.profile(of: student, "firstName") == ["firstName": "Grace"])
            #expect(try await refusal { try await forms.reject(update.id, by: student) } == .invalidState)
            // Even where the person has changed the profile since, the change that was made is not made again.
            try await forms.setProfile(["firstName": "Barbara"], of: student)
            #expect(try await forms.approve(update.id, by: student).status == .approved)
            #expect(try await forms.profile(of: student, "firstName") == ["firstName": "Barbara"])
        }
    }

    @Test("A profile that says something else by now is left alone")
    func changedProfiles() async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            try await forms.setProfile(["firstName": "Barbara"], of: student)
            #expect(try await refusal { try await forms.approve(update.id, by: student) } == .profileChanged)
            #expect(try await forms.profile(of: student, "firstName") == ["firstName": "Barbara"])
            #expect(try await forms.reject(update.id, by: student).status == .rejected)
        }
    }

    @Test("Another field that changes in between does not stop the update")
    func otherFieldsMayChange() async throws {
        try await withForms { forms in
            let (update, student) = try await pendingUpdate(forms)
            forms.interfere(
                with: ApplyProfileUpdate.self,
                .preceded { try await forms.setProfile(["bio": "New"], of: student) }
            )
            #expect(try await forms.approve(update.id, by: student).status == .approved)
            #expect(try await forms.profile(of: student, "firstName", "bio") == ["firstName": "Grace", "bio": "New"])
        }
    }

    @Test("Only smart fields lead into the profile")
    func onlySmartFields() async throws {
        try await withForms { forms in
            let plain = question(.shortText)
            let hidden = question(.shortText, logic: .when(plain.id, .equals, "show"), key: "firstName")
            let form = try await forms.published([page(plain, hidden)], by: forms.author())
            let student = forms.user()
            #expect(
                try await refusal {
                    try await forms.submit(form.id, [plain.id: "x"], by: student, updateProfile: [plain.id])
                } == .validation
            )
            _ = try await forms.submit(
                form.id,
                [plain.id: "x", hidden.id: "Grace"],
                by: student,
                updateProfile: [hidden.id]
            )
            #expect(try await forms.updates(by: student).isEmpty)
        }
    }

    @Test("Mappings are platform administrators', unique, and give their rules to questions without any")
    func mappings() async throws {
        try await withForms { forms in
            let mapping = try await forms.map("shirt", to: "custom.shirt", rules: ValidationRules(maxLength: Whole(2)))
            let asked = question(.shortText, key: "shirt")
            let form = try await forms.published([page(asked)], by: forms.author())
            #expect(form.questions[0].validationRules == ValidationRules(maxLength: Whole(2)))
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: "XXL"], by: forms.user()) }
                    == .validation
            )
            #expect(try await refusal { try await forms.map("shirt", to: "custom.other") } == .fieldKeyTaken)
            #expect(try await refusal { try await forms.map("nowhere", to: "shoeSize") } == .validation)
            let list = try await forms.call(ListProfileFieldMappings(), as: forms.user())
            #expect(list.items == [mapping])
            let delete = DeleteProfileFieldMapping(id: mapping.id)
            let author = forms.author()
            #expect(try await refusal { try await forms.call(delete, as: author) } == .forbidden)
            try await forms.call(delete, as: forms.platformAdmin)
            #expect(try await forms.autofill(form.id, by: forms.user()).isEmpty)
        }
    }
}
