import AuthContracts
import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms
@testable import ServiceKit

@Suite("Personal data in forms", .timeLimit(.minutes(2)))
struct PersonalDataTests {
    @Test("An export has a person's responses and forms, and no other person's")
    func export() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            let response = try await forms.submit(form.id, [asked.id: true], by: student)
            _ = try await forms.submit(form.id, [asked.id: false], by: forms.user())
            let data = try await forms.database.personalData(personalData, forms.context(student))
            #expect(data.truncated == [])
            let responses = try #require(data.records["responses"]?.tree.arrayValue)
            #expect(responses.map { $0["id"]?.stringValue } == ["\(response.id)"])
            #expect(data.records["forms"]?.tree.arrayValue == [] && data.records["profileUpdates"] != nil)
            let authored = try await forms.database.personalData(personalData, forms.context(author))
            #expect(authored.records["forms"]?.tree.arrayValue?.map { $0["id"]?.stringValue } == ["\(form.id)"])
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
            for person in [student, author, student] {
                let metadata = EventMetadata(id: EventID(), time: .now(), tenant: forms.university)
                try await forms.database.transaction(.system("auth", logger: .silent), scope: .platform) {
                    try await UserErasedHandler().handle(UserErased(userId: person.id), metadata: metadata, in: $0)
                }
            }
            let left = try await forms.responses(of: form.id, by: author)
            #expect(left.items.map(\.id) == [kept.id] && left.pagination.total == 1)
        }
    }
}
