import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Exports", .serialized, .timeLimit(.minutes(10)))
struct ExportTests {
    @Test("Every response is exported once, in parts, whatever arrives and is edited meanwhile")
    func parts() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number)
            let form = try await forms.published([page(asked)], by: author)
            for number in 0..<450 {
                _ = try await forms.submit(form.id, [asked.id: .integer(number)], by: forms.user())
            }
            var text: [UInt8] = []
            var cursor: PageCursor?
            var parts = 0
            repeat {
                let part = try await forms.export(form.id, after: cursor, by: author)
                text += part.text
                cursor = part.next
                parts += 1
                if parts == 1 {
                    _ = try await forms.submit(form.id, [asked.id: 450], by: forms.user())
                    _ = try await forms.change(
                        form.id,
                        by: author,
                        ["pages": .array([try JSONParser.parse(page(question(.yesNo)).jsonBytes)])]
                    )
                }
            } while cursor != nil
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
            #expect(parts == 3)
            #expect(lines.first?.split(separator: ",").count == 7, "columns are those that the first part had")
            #expect(lines.dropFirst().map { $0.split(separator: ",").last.flatMap { Int($0) } } == Array(0...450))
        }
    }

    @Test("A column belongs to a question, whatever version asked it and however it is called now")
    func versions() async throws {
        try await withForms { forms in
            let author = forms.author()
            var (kept, removed) = (question(.checkboxes, options: ["a", "b"]), question(.yesNo))
            let form = try await forms.published([page(removed, kept)], by: author)
            let student = forms.user()
            _ = try await forms.submit(form.id, [removed.id: true, kept.id: ["a", "b"]], by: student)
            kept.title = QuestionTitle(unchecked: "=Renamed, \"and\" more")
            let added = question(.shortText)
            let pages = JSONValue.array([try JSONParser.parse(page(kept, added).jsonBytes)])
            _ = try await forms.change(form.id, by: author, ["pages": pages])
            _ = try await forms.submit(form.id, [added.id: "=1+1", kept.id: ["b"]], by: forms.user())
            let part = try await forms.export(form.id, by: author)
            let lines = String(decoding: part.text, as: UTF8.self).split(separator: "\r\n").map(String.init)
            #expect(part.next == nil && part.fileName == "responses-\(form.id).csv")
            #expect(lines.count == 3)
            #expect(
                lines[0].hasPrefix(
                    "\u{FEFF}Response,Submitted at,User,Form version,Payment,Seconds,\"'=Renamed, \"\"and\"\" more\","
                )
            )
            #expect(lines[1].contains(",\(student.id),1,") && lines[1].hasSuffix(",\"a; b\",,yes"))
            #expect(lines[2].contains(",2,") && lines[2].hasSuffix(",b,\"'=1+1\","))
        }
    }

    @Test("Exporting a draft leaves nothing behind that later exports would show")
    func draft() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.shortText)
            let form = try await forms.draft([page(asked)], by: author)
            _ = try await forms.exportAll(form.id, by: author)
            _ = try await forms.take(.publish, form.id, by: author)
            _ = try await forms.submit(form.id, [asked.id: "chess"], by: forms.user())
            #expect(try await forms.exportAll(form.id, by: author).text.hasSuffix(",chess\r\n"))
        }
    }

    @Test("A header that fills a part by itself is followed by every response")
    func longHeader() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number)
            var titled = question(.yesNo)
            titled.title = .init(unchecked: String(repeating: "é", count: 400))
            let questions = (0..<400).map { _ in
                var question = titled
                question.id = QuestionID()
                return question
            }
            let form = try await forms.published([page([asked] + questions)], by: author)
            for number in 1...3 {
                _ = try await forms.submit(form.id, [asked.id: .integer(number)], by: forms.user())
            }
            var text: [UInt8] = []
            var cursor: PageCursor?
            repeat {
                let part = try await forms.export(form.id, after: cursor, by: author)
                text += part.text
                cursor = part.next
            } while cursor != nil
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.count == 4)
            #expect(lines[0].utf8.count > 256 << 10)
        }
    }

    @Test("Only owners export, and a cursor of another list is refused")
    func refusals() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.published([page(question(.yesNo))], by: author)
            #expect(try await refusal { try await forms.export(form.id, by: forms.user()) } == .forbidden)
            let foreign = PageCursor(Timestamp.now(), form.id)
            #expect(try await refusal { try await forms.export(form.id, after: foreign, by: author) } == .validation)
        }
    }
}
