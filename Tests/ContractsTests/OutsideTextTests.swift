import Contracts
import HTTPTypes
import TestKit
import Testing

@Suite("Text from outside compares as bytes, in linear time")
struct OutsideTextTests {
    private static let composed = "é"
    private static let decomposed = "e\u{301}"

    @Test("Names of members are the same when their bytes are")
    func names() throws {
        let json = try JSONParser.parse(Array("{\"\(Self.composed)\": 1, \"\(Self.decomposed)\": 2}".utf8))
        #expect(json[Self.composed] == 1 && json[Self.decomposed] == 2)
        #expect(JSONValue.string(Self.composed) != .string(Self.decomposed))
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(#"{"a": 1, "b": 2, "a": 3}"#.utf8)) }
    }

    @Test("A dictionary refuses names that it can't tell apart")
    func dictionaries() throws {
        let json = JSONValue.object(JSONObject([(Self.composed, 1), (Self.decomposed, 2)]))
        let error = #expect(throws: ValidationError.self) { try [String: Int].read(json) }
        #expect(error?.details.first?.code == .duplicate)
    }

    @Test("A dictionary states its maximum number of members, and refuses more at its field")
    func membersOfDictionaries() throws {
        var components = SchemaComponents()
        let bound = [String: Int].maximumCount
        #expect([String: Int].schema(&components)["maxProperties"] == .integer(bound))
        func dictionary(_ count: Int) -> JSONValue { .object(JSONObject((0..<count).map { ("\($0)", 1) })) }
        #expect(try [String: Int].read(dictionary(bound)).count == bound)
        let error = #expect(throws: ValidationError.self) { try [String: Int].read(dictionary(bound + 1)) }
        #expect(error?.details.map(\.code) == [.tooLong])
    }

    @Test("A title stored under an earlier rule reads back unchanged, and is refused in a request")
    func storedTitles() throws {
        struct Named: ContractObject, Equatable { let name: Name }
        for text in ["two\nlines", " blanks ", "\u{202E}turned", "\u{200B}"] {
            let json = JSONValue.object(JSONObject([("name", .string(text))]))
            #expect(try Named(jsonBytes: json.bytes).name.text == text)
            let isTaken = (try? Named.read(json)) != nil
            #expect(isTaken == (text == " blanks "))
        }
        let long = JSONValue.object(JSONObject([("name", .string(String(repeating: "x", count: 201)))]))
        #expect(throws: UnreadableValue.self) { try Named(jsonBytes: long.bytes) }
    }

    @Test("An API key's scope is described where a key is accepted, and nowhere else")
    func scopes() {
        func scope(_ access: Access, _ template: String, needsSession: Bool = false) -> Permission? {
            Contract("a.b", .get(template), access: access, "Read", needsSession: needsSession).keyScope
        }
        #expect(scope(.user, "/societies") == "societies:read")
        #expect(scope(.everyone, "/societies/{id}") == "societies:read")
        #expect(scope(.permission("things:purge"), "/things") == "things:purge")
        #expect(scope(.user, "/societies", needsSession: true) == nil)
        #expect(scope(.permission("things:purge"), "/things", needsSession: true) == nil)
        #expect(scope(.user, "/things") == nil && scope(.services, "/societies") == nil)
    }

    @Test("Objects of 30,000 members are read, compared, searched and changed in about linear time")
    func manyMembers() throws {
        func bytes(_ order: some Sequence<Int>) -> [UInt8] {
            Array("{\(order.map { "\"name number \($0)\": \($0)" }.joined(separator: ","))}".utf8)
        }
        func cost(_ count: Int) throws -> Duration {
            let (one, other) = (bytes(0..<count), bytes((0..<count).reversed()))
            return try threadTime {
                let (left, right) = (try JSONParser.parse(one), try JSONParser.parse(other))
                #expect(left == right)
                #expect(left.hashValue == right.hashValue)
                for name in 0..<count where left["name number \(name)"] == nil { Issue.record("\(name) is missing") }
            }
        }
        // Square time would be 100 times as much; a busy neighbour may take one measurement's caches, not all.
        let isLinear = try (0..<5).contains { _ in try cost(30_000) / cost(3_000) < 40 }
        #expect(isLinear)
    }

    @Test("An object keeps its order and its members through changes on either side of the indexed size")
    func changes() {
        var object = JSONObject()
        for index in 0..<40 { object["\(index)"] = .integer(index) }
        for index in stride(from: 0, to: 40, by: 2) { object["\(index)"] = nil }
        object["1"] = "one"
        #expect(object.names == stride(from: 1, to: 40, by: 2).map(String.init))
        #expect(object["1"] == "one" && object["39"] == 39 && object["0"] == nil)
        for index in stride(from: 1, to: 40, by: 2) { object["\(index)"] = nil }
        #expect(object.isEmpty)
    }

    @Test("A choice is taken for its bytes alone")
    func choices() throws {
        enum Accent: String, ChoiceValue { case acute = "é" }
        #expect(throws: Never.self) { try Accent.read(.string(Self.composed)) }
        #expect(throws: ValidationError.self) { try Accent.read(.string(Self.decomposed)) }
        #expect(throws: ValidationError.self) { try Sort<Accent>.read(.string("-" + Self.decomposed)) }
        #expect(try Sort<Accent>.read(.string("-é")).isDescending)
    }

    struct Search: ServiceOperation {
        static let contract = Contract("test.search", .get("/search/{place}"), access: .everyone, "Search")
        let place: String
        let q: String?
        let limit: Whole<1, 100>?
        let count: Int?
        let ratio: Double?
        typealias Reply = NoContent
    }

    @Test("Path and query are stream-safe and free of NUL, or the fault is the field's")
    func parameters() {
        let costly = "a" + String(repeating: "\u{301}\u{323}", count: 20)
        for text in [costly, "a\u{0}"] {
            let inQuery = #expect(throws: ValidationError.self) {
                try Search.decode(OperationInput(path: [("place", "x")], query: [("q", text)]))
            }
            #expect(inQuery?.details.map(\.field) == ["q"])
            let inPath = #expect(throws: ValidationError.self) {
                try Search.decode(OperationInput(path: [("place", text)]))
            }
            #expect(inPath?.details.map(\.field) == ["place"])
            #expect(throws: ValidationError.self) {
                try Search.decode(OperationInput(path: [("place", "x")], query: [(text, "1")]))
            }
        }
    }

    @Test(
        "Invisible characters interrupt no run of marks in a request, and text stored before reads back",
        arguments: Seed.batch(100)
    )
    func invisible(seed: Seed) throws {
        var random = seed.generator
        let invisible = ["\u{200D}", "\u{34F}", "\u{AD}", "\u{2060}", "\u{FE0F}", "\u{E0001}"]
        func text(_ marks: Int) -> String {
            "a" + (0..<marks).map { _ in "\u{301}" + ((invisible + [""]).randomElement(using: &random) ?? "") }.joined()
        }
        struct Find: ServiceOperation {
            static let contract = Contract("test.find", .post("/find"), access: .everyone, "Find")
            let q: String
            typealias Reply = NoContent
        }
        let (few, many) = (text(30), "a" + String(repeating: "\u{301}\u{200D}", count: 31))
        for text in [few, "\(few)b\(few)", "👩\u{200D}👩\u{200D}👧"] {
            let body = JSONValue.object(JSONObject([("q", .string(text))])).bytes
            #expect(try Find.decode(OperationInput(body: body)).q.hasSameBytes(as: text), "\(seed)")
        }
        let body = JSONValue.object(JSONObject([("q", .string(many))])).bytes
        #expect(throws: JSONSyntaxError.self) { try Find.decode(OperationInput(body: body)) }
        #expect(try Find(jsonBytes: body).q.hasSameBytes(as: many))
    }

    @Test(
        "Numbers in queries are decimal integers",
        arguments: ["0x10", "+5", " 5", "5 ", "1e1", "5.0", "", "０", "٥", "nan", "inf"]
    )
    func queryNumbers(text: String) {
        for name in ["limit", "count", "ratio"] {
            let error = #expect(throws: ValidationError.self) {
                try Search.decode(OperationInput(path: [("place", "x")], query: [(name, text)]))
            }
            #expect(error?.details.map(\.field) == [name])
        }
        #expect(throws: Never.self) {
            try Search.decode(OperationInput(path: [("place", "x")], query: [("limit", "20")]))
        }
        #expect(throws: Never.self) {
            try Search.decode(OperationInput(path: [("place", "x")], query: [("count", "-7")]))
        }
    }

    @Test(
        "Names have something to see, stand on one line and change no direction around them",
        arguments: [
            "\u{200B}", "\u{2800}", "\u{3164}", "\u{200E}\u{200F}", "\u{301}", "a\nb", "a\u{0}", "a\u{7F}", "a\u{85}b",
            "a\u{2028}b",
            "\u{202E}abc", "a\u{202C}", "\u{2066}\u{202E}a\u{2069}\u{202C}", "a\tb", "   ", "\u{3000}", "\n", "a\n",
        ]
    )
    func badNames(text: String) {
        #expect(Name(text) == nil)
        #expect(throws: ValidationError.self) { try Name.read(.string(text)) }
    }

    @Test("Names of all scripts are kept, without the blanks around them")
    func goodNames() {
        for text in [
            "Ada", "香港大學", "م", "👩‍👩‍👧", "\u{2067}שלום\u{2069} club", "e\u{301}", "A\u{200D}B", "\u{202B}ab\u{202C}",
        ] {
            #expect(Name(text)?.text.hasSameBytes(as: text) == true)
        }
        #expect(Name(" \u{A0}Ada \u{3000}")?.text == "Ada")
        #expect(Title<0, 200>("")?.text == "" && Title<0, 200>("  ")?.text == "")
    }

    @Test("Other text takes lines and tabs, and no other control characters")
    func otherText() {
        #expect(Description("a\n\tb\r\nc") != nil)
        for text in ["a\u{8}", "a\u{1B}[31m", "\u{7F}", "a\u{9F}"] { #expect(Description(text) == nil) }
    }

    @Test("Lengths are checked before a text is looked at")
    func lengths() {
        let long = String(repeating: "a" + String(repeating: "\u{301}\u{323}", count: 15), count: 30_000)
        let time = threadTime {
            #expect(Name(long) == nil && Code(long) == nil && EmailAddress(long) == nil)
        }
        #expect(time < .milliseconds(200))
    }

    @Test("A PATCH needs a body")
    func emptyPatch() {
        struct Rename: ServiceOperation {
            static let contract = Contract("test.rename", .patch("/things/{id}"), access: .everyone, "Rename")
            let id: UserID
            let name: Change<Name>
            typealias Reply = NoContent
        }
        let path = [("id", "\(UserID())")]
        let error = #expect(throws: ValidationError.self) { try Rename.decode(OperationInput(path: path)) }
        #expect(error?.details.first?.code == .required)
        #expect(throws: Never.self) { try Rename.decode(OperationInput(path: path, body: Array("{}".utf8))) }
        let null = #expect(throws: ValidationError.self) {
            try Rename.decode(OperationInput(path: path, body: Array(#"{"name": null}"#.utf8)))
        }
        #expect(null?.details.map(\.field) == ["name"])
    }

    @Test("All missing fields are named at once, also those of rules over several")
    func allMissing() {
        struct Either: ContractObject {
            let number: Int
            let code: Code?
            let id: UserID?
            func validate(_ reader: ContractReader) {
                if code == nil && id == nil { reader.inside("code") { reader.fail(.required, "Is required.") } }
                if number == 0 { reader.inside("number") { reader.fail(.outOfRange, "Must not be 0.") } }
            }
        }
        let error = #expect(throws: ValidationError.self) { try Either.read([:]) }
        #expect(error?.details.map(\.field) == ["number", "code"])
        #expect(error?.details.allSatisfy { $0.code == .required } == true)
    }

    @Test("A page ends at its budget of bytes, and says where it goes on")
    func pageBudget() throws {
        struct Long: ContractObject, Equatable { let texts: [String] }
        let items = (0..<100).map {
            Long(texts: Array(repeating: String(repeating: "\($0 % 10)", count: 20_000), count: 10))
        }
        let id = UserID.placeholder
        let page = Page(items, request: PageRequest(limit: 100), total: 500, next: PageCursor(key: "last", id: "\(id)"))
        {
            PageCursor(key: "\($0)", id: "\(id)")
        }
        let body = page.body(trimmedTo: nil)
        let read = try Page<Long>.read(body: body)
        #expect(body.count < Page<Long>.maximumBytes + 400_000 && read.items == Array(items.prefix(read.items.count)))
        #expect(read.pagination.nextCursor?.key == "\(read.items.count - 1)")
        #expect((15...30).contains(read.items.count))
        let short = Page(Array(items.prefix(3)), request: PageRequest(), total: 3, next: nil) { _ in
            PageCursor(key: "", id: "\(id)")
        }
        #expect(try Page<Long>.read(body: short.body(trimmedTo: nil)).pagination.nextCursor == nil)
    }
}
