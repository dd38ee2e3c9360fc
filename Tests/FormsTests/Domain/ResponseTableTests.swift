import Contracts
import FormsContracts
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite struct ResponseTableTests {
    private static func response(_ answers: [QuestionID: JSONValue]) -> FormResponse {
        let object = JSONObject(answers.map { ("\($0)", $1) })
        return response(RawJSON(bytes: JSONValue.object(object).bytes))
    }

    private static func response(_ answers: RawJSON) -> FormResponse {
        FormResponse(
            id: FormResponseID(),
            formId: FormID(),
            formVersion: 1,
            userId: nil,
            answers: answers,
            paymentStatus: nil,
            submittedAt: .now(),
            completionTime: nil
        )
    }

    private static func cells(_ table: ResponseTable, _ answers: [QuestionID: JSONValue]) -> [String] {
        Array(table.record(response(answers)).cells.dropFirst(6))
    }

    private static func labelled(_ question: Question, _ labels: [String: String]) -> Question {
        var question = question
        question.options = question.options.map {
            QuestionOption(value: $0.value, label: labels[$0.value.text].map { OptionLabel(unchecked: $0) })
        }
        return question
    }

    @Test("A label comes from the newest version that had the option")
    func labels() {
        let asked = question(.checkboxes, options: ["a", "b", "c"])
        let oldest = Self.labelled(asked, ["a": "A1", "b": "B1", "c": "C1"])
        let middle = Self.labelled(question(.checkboxes, id: asked.id, options: ["a", "b"]), ["a": "A2", "b": "B2"])
        let newest = Self.labelled(question(.checkboxes, id: asked.id, options: ["a"]), ["a": "A3"])
        let table = ResponseTable([newest, middle, oldest].map { form(page($0)) })
        #expect(Self.cells(table, [asked.id: ["a", "b", "c", "d"]]) == ["A3; B2; C1; d"])
    }

    @Test("A matrix's rows have the rows' labels, though an option has the same value")
    func matrices() {
        var asked = Self.labelled(
            question(.matrix, options: ["1", "2"], rows: ["1", "x"]),
            ["1": "good", "2": "bad"]
        )
        asked.rows = [
            QuestionRow(value: .init(unchecked: "1"), label: .init(unchecked: "Food")),
            QuestionRow(value: .init(unchecked: "x"), label: .init(unchecked: "Music")),
        ]
        let table = ResponseTable([form(page(asked))])
        let answer = JSONValue.object(.init([("1", "1"), ("x", "2"), ("free", "1")]))
        #expect(Self.cells(table, [asked.id: answer]) == ["Food: good; Music: bad; free: good"])
    }

    @Test("Equal titles are made distinct, also from the fixed columns and from names made that way")
    func titles() {
        let questions = ["User", "A", "A", "A (2)", "A", "A\u{30A}", "Å"].map { title in
            var asked = question()
            asked.title = .init(unchecked: title)
            return asked
        }
        let header = ResponseTable([
            form([
                FormPage(
                    id: FormPageID(),
                    title: nil,
                    description: nil,
                    order: 1,
                    conditionalLogic: nil,
                    questions: questions
                )
            ])
        ]).header
        #expect(Set(header).count == header.count)
        #expect(header.dropFirst(6).prefix(3) == ["User (2)", "A", "A (2)"])
    }

    @Test("Older versions are added as long as there is room, and the newest is complete")
    func room() {
        let versions = (0..<8).map { version in
            form(
                page(
                    (0..<10).map { number in
                        question(.dropdown, options: (0..<1_000).map { "option \($0) of \(number) in \(version)" })
                    }
                )
            )
        }
        let table = ResponseTable(versions)
        #expect(!table.hasRoom && table.bytes < ResponseTable.maximumBytes + 8_192)
        #expect((16..<86).contains(table.header.count))
        let newest = ResponseTable([versions[0]])
        #expect(newest.hasRoom && newest.header == Array(table.header.prefix(16)))
        let answers = Dictionary(uniqueKeysWithValues: versions[0].questions.map { ($0.id, JSONValue.string("other")) })
        #expect(Self.cells(table, answers).prefix(10) == Self.cells(newest, answers)[...])
    }

    @Test("A damaged response is a row that says so")
    func damaged() {
        let asked = question()
        let table = ResponseTable([form(page(asked))])
        let digits = String(repeating: "9", count: 71)
        let (cells, isReadable) = table.record(Self.response(RawJSON(bytes: Array("{\"\(asked.id)\":\(digits)}".utf8))))
        #expect(!isReadable && cells.last == ResponseTable.unreadable)
        #expect(table.record(Self.response([:])).isReadable)
    }
}

@Suite struct CSVWriterTests {
    private static func written(_ field: String) -> String {
        var writer = CSVWriter()
        writer.record([field])
        return String(decoding: writer.bytes.dropLast(2), as: UTF8.self)
    }

    @Test(
        "What a spreadsheet could run is marked as text",
        arguments: [
            "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "＝1+1", "＠x", "＋x", "－x", " =1", "\n=1", "\t=1", "\r=1",
            "\tx",
            "\u{200B}=1", "\u{FEFF}=1", "\u{A0}=1", "\u{3000}＝1", "-", "+", "+1-1+A1", "-a", "+1e5x", "\u{202E}=1",
            "-0x10", "−1+1",
        ]
    )
    func formulas(field: String) {
        #expect(Self.written(field).hasPrefix("\"'"))
    }

    @Test(
        "Numbers, telephone numbers and plain text stay as they are",
        arguments: [
            "-1", "+1", "-1.5", "-1e5", "+852 2859 2111", "+1 (555) 123-4567", "1", "text", "a=b", "x@y.example", "",
            "   ", "5-3",
        ]
    )
    func plain(field: String) {
        #expect(Self.written(field) == field)
    }

    @Test("Separators, quotes and line ends are quoted")
    func quoting() {
        for field in ["a,b", "a;b", "a\tb", "a\nb", "a\rb"] { #expect(Self.written(field) == "\"\(field)\"") }
        #expect(Self.written("a\"b") == "\"a\"\"b\"")
        var writer = CSVWriter(hasByteOrderMark: true)
        writer.record(["a"])
        #expect(writer.bytes == [0xEF, 0xBB, 0xBF] + Array("a\r\n".utf8))
    }
}
