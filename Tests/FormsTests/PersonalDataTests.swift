import AuthContracts
import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Personal data in forms", .timeLimit(.minutes(10)))
struct PersonalDataTests {
    @Test("An export has a person's responses and forms, and no other person's")
    func export() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            let response = try await forms.submit(form.id, [asked.id: true], by: student)
            _ = try await forms.submit(form.id, [asked.id: false], by: forms.user())
            let data = try await forms.call(ExportPersonalData(), to: "forms", as: student)
            #expect(data.truncated == [])
            let responses = try #require(data.records["responses"]?.tree.arrayValue)
            #expect(responses.map { $0["id"]?.stringValue } == ["\(response.id)"])
            #expect(data.records["forms"]?.tree.arrayValue == [] && data.records["profileUpdates"] != nil)
            let authored = try await forms.call(ExportPersonalData(), to: "forms", as: author)
            #expect(authored.records["forms"]?.tree.arrayValue?.map { $0["id"]?.stringValue } == ["\(form.id)"])
        }
    }

    @Test("A former officer's export names the forms that they made, and shows nothing of what is in them")
    func formerOfficer() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            let form = try await forms.draft([page(question(.yesNo))], by: officer, society: society.cast())
            try await forms.dismiss(officer, from: society)
            let data = try await forms.call(ExportPersonalData(), to: "forms", as: officer)
            let records = try #require(data.records["forms"]?.tree.arrayValue)
            #expect(records.map { $0["id"]?.stringValue } == ["\(form.id)"])
            #expect(records.first?["entityId"]?.stringValue == "\(society)")
            #expect(records.first?.objectValue?.names == ["id", "entityType", "entityId", "createdAt"])
        }
    }

    @Test("An erased person's responses are gone and their places free, and their forms stay")
    func erasure() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: true], by: student)
            let kept = try await forms.submit(form.id, [asked.id: false], by: forms.user())
            for person in [student, author, student] { try await forms.emit(UserErased(userId: person.id)) }
            try await forms.deliverEvents()
            let left = try await forms.responses(of: form.id, by: author)
            #expect(left.items.map(\.id) == [kept.id] && left.pagination.total == 1)
        }
    }
}
