import Contracts
import TestKit
import Testing

@Suite("Accepted values")
struct AcceptedValueTests {
    /// An object with a member of each kind whose length is limited in requests.
    struct Crowd: ContractObject, OperationReply, ServiceEvent, Equatable {
        static let type = "test.crowd"
        static let producer = "test"
        let ids: [UserID]
        let few: BoundedList<Code, 2, 3>
        let counts: [String: Int]
        let text: String
        let names: [Name]
        var aggregate: String { "crowd" }
    }

    /// Makes a crowd whose members all have this many elements.
    private static func crowd(_ count: Int, seed: Seed) -> JSONValue {
        var random = seed.generator
        let ids = (0..<count).map { _ in JSONValue.string("\(UserID(high: random.next(), low: random.next()))") }
        return [
            "ids": .array(ids), "few": .array(Array(repeating: "HKU", count: count)),
            "counts": .object(JSONObject((0..<count).map { ("\($0)", .integer($0)) })),
            "text": .string(String(repeating: "é", count: 20 * count)),
            "names": .array(Array(repeating: "Ada", count: count)),
        ]
    }

    @Test("Requests are held to the limits of their types, while replies, events and stored values are not")
    func lengths() throws {
        for seed in Seed.batch(4) {
            var random = seed.generator
            let json = Self.crowd(Int.random(in: 1_001...3_000, using: &random), seed: seed)
            let refusal = #expect(throws: ValidationError.self) { try Crowd.read(json) }
            #expect(refusal?.details.map(\.field) == ["ids", "few", "counts", "text", "names"])
            #expect(refusal?.details.allSatisfy { $0.code == .tooLong } == true)

            let crowd = try Crowd(jsonBytes: json.bytes)
            #expect(crowd.ids.count == json["ids"]?.arrayValue?.count && crowd.few.elements.count == crowd.ids.count)
            #expect(try Crowd.read(body: crowd.body(trimmedTo: nil)) == crowd)
            #expect(try Bare<Crowd>.read(body: Bare(crowd).body(trimmedTo: nil)).value == crowd)
            #expect(try List<UserID>.read(body: List(crowd.ids).body(trimmedTo: nil)).items == crowd.ids)
            let page = Page(crowd.names, request: PageRequest(), total: crowd.names.count, next: nil)
            #expect(try Page<Name>.read(body: page.body(trimmedTo: nil)) == page)
        }
    }

    @Test("A stored list that is too short for a request reads back")
    func shortLists() throws {
        let json = Self.crowd(1, seed: Seed(1))
        let refusal = #expect(throws: ValidationError.self) { try Crowd.read(json) }
        #expect(refusal?.details.map(\.code) == [.tooShort])
        #expect(try Crowd(jsonBytes: json.bytes).few.elements == [Code(unchecked: "HKU")])
    }

    @Test("A title from before a stricter rule is read in a reply", arguments: ["two\nlines", "\u{202E}turned"])
    func titles(text: String) throws {
        let names = List([Name(unchecked: text), Name(unchecked: "Ada")])
        #expect(try List<Name>.read(body: names.body(trimmedTo: nil)).items.map(\.text) == names.items.map(\.text))
        let page = Page(names.items, request: PageRequest(), total: 2, next: nil)
        #expect(try Page<Name>.read(body: page.body(trimmedTo: nil)) == page)
    }

    @Test("A stored value of the wrong type can't be read")
    func kinds() throws {
        let json = Self.crowd(2, seed: Seed(1))
        let wrong: [(String, JSONValue)] = [
            ("ids", "x"), ("few", [1, 2]), ("counts", 1), ("text", 1), ("names", [""]),
        ]
        for (name, value) in wrong {
            var object = json.objectValue ?? JSONObject()
            object[name] = value
            #expect(throws: UnreadableValue.self) { try Crowd(jsonBytes: JSONValue.object(object).bytes) }
        }
    }
}
