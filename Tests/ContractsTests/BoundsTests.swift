import Contracts
import TestKit
import Testing

@Suite("What a stranger sends costs what it is long")
struct BoundsTests {
    @Test("Text with more than 30 combining marks in a row is refused, in values and in names")
    func combiningMarks() throws {
        let few = "a" + String(repeating: "\u{0301}", count: 30)
        let many = few + "\u{0323}"
        #expect(StreamSafeText.isSafe(few))
        #expect(!StreamSafeText.isSafe(many))
        #expect(throws: Never.self) { try JSONParser.parse(Array("[\"\(few)\"]".utf8)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array("[\"\(many)\"]".utf8)) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array("{\"\(many)\": 1}".utf8)) }
        let escaped = String(repeating: #"\u0301\u0323"#, count: 16)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array("[\"a\(escaped)\"]".utf8)) }
    }

    @Test(
        "Marks that hide in other characters are counted as what they decompose into",
        arguments: [
            "\u{344}", "\u{F73}", "\u{F75}", "\u{F81}",
        ]
    )
    func hiddenMarks(mark: String) {
        #expect(StreamSafeText.isSafe("ab" + String(repeating: mark, count: 15)))
        #expect(!StreamSafeText.isSafe("ab" + String(repeating: mark, count: 16)))
    }

    @Test("A letter between two runs of marks parts them")
    func runs() {
        let run = String(repeating: "\u{0301}\u{0323}", count: 15)
        #expect(StreamSafeText.isSafe("a\(run)b\(run)"))
    }

    @Test("A client's body has a maximum number of values; a service's body and other JSON have none")
    func values() throws {
        struct Free: ServiceOperation {
            static let contract = Contract("test.free", .post("/free"), access: .everyone, "Take anything")
            let free: JSONValue
            typealias Reply = NoContent
        }
        // The body and the list are values too.
        for (elements, isTaken) in [
            (JSONParser.maximumRequestValues - 2, true), (JSONParser.maximumRequestValues - 1, false),
        ] {
            let list = "[\(String(repeating: "0,", count: elements - 1))0]"
            var body = OperationInput(body: Array("{\"free\":\(list)}".utf8))
            let isRead = (try? Free.decode(body)) != nil
            #expect(isRead == isTaken)
            body.isFromService = true
            #expect(throws: Never.self) { try Free.decode(body) }
            #expect(try JSONValue(parsing: list).arrayValue?.count == elements)
        }
    }

    @Test("A budget pays for its steps and no more")
    func steps() throws {
        let work = WorkBudget(until: .now + .seconds(60), steps: 10)
        try work.spend(4)
        try work.spend(6)
        #expect(throws: WorkExhausted.steps) { try work.spend(1) }
    }

    @Test("A budget whose time is up pays for nothing long")
    func time() {
        let work = WorkBudget(until: .now - .seconds(1))
        #expect(throws: WorkExhausted.deadline) { try work.spend(1_000_000) }
    }
}
