import Contracts
import TestKit
import Testing

/// A field of every type that contracts are made of.
struct Everything: ContractObject, Equatable {
    enum Kind: String, ChoiceValue { case small, large }

    struct Part: ContractObject, Equatable {
        let name: Name
        let parts: [Part]?
        let since: Timestamp?
    }

    let id: UserID
    let name: Name
    let note: Description
    let article: LongText?
    let plain: String?
    let code: Code
    let address: WebAddress?
    let email: EmailAddress
    let permission: Permission
    let kind: Kind
    let flag: Bool
    let count: Int
    let whole: Whole<-5, 70_000>
    let ratio: Double?
    let time: Timestamp
    let end: Timestamp?
    let day: CalendarDate
    let answer: JSONValue
    let document: RawJSON?
    let answers: [String: JSONValue]
    let counts: [String: Int]?
    let parts: [Part]
    let few: BoundedList<Name, 1, 3>
    let cursor: PageCursor?
}

@Suite("What a type accepts reads back")
struct ExtremeTests {
    /// The types of Core that operations are made of.
    static let types: [any ContractObject.Type] = [
        Everything.self, Everything.Part.self, Pagination.self, PageRequest.self, Deprecation.self,
        OperationDescription.self, ErrorDescription.self, ParameterDescription.self, EventDescription.self,
        ServiceDescription.self,
    ]

    @Test("A value at the edges of its type reads back from its own JSON", arguments: Seed.batch(100))
    func extremes(seed: Seed) throws {
        for type in Self.types { try check(type, seed) }
    }

    private func check<Value: ContractObject>(_ type: Value.Type, _ seed: Seed) throws {
        let value = try #require(try ExtremeValues(of: type).value(seed), "\(type) accepts nothing for \(seed)")
        #expect(unreadableForms(of: value) == [])
    }

    @Test("Extreme values do reach the edges")
    func reach() throws {
        let values = try ExtremeValues(of: Everything.self).values((0..<200).map { Seed($0) })
        #expect(values.count == 200)
        #expect(values.contains { $0.name.text.unicodeScalars.count == 200 })
        #expect(values.contains { $0.name.text.utf8.count > 700 })
        #expect(values.contains { $0.time == Timestamp.writable.upperBound })
        #expect(values.contains { $0.time == Timestamp.writable.lowerBound })
        #expect(values.contains { $0.whole.value == 70_000 })
        #expect(values.contains { depth(of: $0.answer) > 50 })
        #expect(values.contains { $0.parts.count == 40 })
        #expect(
            values.contains {
                $0.name.text.contains("e\u{301}\u{323}") || $0.name.text.unicodeScalars.contains("\u{323}")
            }
        )
    }

    private func depth(of value: JSONValue) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth(of: $0.value) }.max() ?? 0)
        default: 0
        }
    }

    @Test(
        "A time outside the years 1 to 9999 of UTC is refused at its field",
        arguments: [
            "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.9-00:01",
            "0000-01-01T00:00:00Z",
        ]
    )
    func times(text: String) throws {
        struct Form: ContractObject { let closesAt: Timestamp? }
        let error = #expect(throws: ValidationError.self) { try Form.read(["closesAt": .string(text)]) }
        #expect(error?.details.map(\.field) == ["closesAt"])
    }

    @Test(
        "A number that jsonb writes in more than 64 characters is refused at its field",
        arguments: [
            "1e70", "-1e64", "1e-63", "1e999", "-1e400", "1e-99999999999999999999", "1.5e-62",
            String(repeating: "9", count: 65), "1e1000000",
        ]
    )
    func numbers(text: String) throws {
        for field in ["free", "exact", "list.1.x"] {
            let value =
                switch field {
                case "free": "{\"free\": \(text)}"
                case "exact": "{\"exact\": \(text)}"
                default: "{\"list\": [1, {\"x\": \(text)}]}"
                }
            let error = #expect(throws: ValidationError.self) {
                try Numbers.decode(OperationInput(body: Array(value.utf8)))
            }
            #expect(error?.details.map(\.field) == [field])
        }
    }

    @Test(
        "Numbers at the limits are accepted, and read back as they were written",
        arguments: [
            "1e63", "-1e62", "1e-60", "0e10", "1.25e-10", "1e0001", "-2.5E-00003", "1e+0000000000000063",
            "1e\(String(repeating: "0", count: 62))",
        ]
    )
    func numbersAtTheBound(text: String) throws {
        let numbers = try Numbers.decode(OperationInput(body: Array("{\"free\": \(text)}".utf8)))
        #expect(numbers.free == .number(text))
        #expect(unreadableForms(of: numbers) == [])
    }

    @Test("NUL is a fault of its field")
    func nul() throws {
        for (field, value) in [("free", #"["a\u0000"]"#), ("name", #""\u0000a""#), ("text", #""a\u0000b""#)] {
            let body = Array("{\"\(field)\": \(value)}".utf8)
            let error = #expect(throws: ValidationError.self) { try Numbers.decode(OperationInput(body: body)) }
            #expect(error?.details.map(\.field) == [field == "free" ? "free.0" : field])
        }
        #expect(throws: JSONSyntaxError.self) {
            try Numbers.decode(OperationInput(body: Array(#"{"free": {"a\u0000": 1}}"#.utf8)))
        }
    }

    struct Numbers: ServiceOperation {
        static let contract = Contract("test.numbers", .post("/numbers"), access: .everyone, "Take numbers")
        let free: JSONValue?
        let exact: Double?
        let list: RawJSON?
        let name: Name?
        let text: String?
        typealias Reply = NoContent
    }

    @Test("What a service passes on may nest deeper than what it was sent")
    func depth() throws {
        func body(_ depth: Int) -> [UInt8] {
            let nest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return Array("{\"free\": \(nest)}".utf8)
        }
        let depth = JSONParser.maximumRequestDepth
        #expect(throws: Never.self) { try Numbers.decode(OperationInput(body: body(depth - 1))) }
        #expect(throws: JSONSyntaxError.self) { try Numbers.decode(OperationInput(body: body(depth))) }
        let deep = OperationInput(body: body(depth + 30), isFromService: true)
        #expect(throws: Never.self) { try Numbers.decode(deep) }
    }

    @Test("A cursor after any name is accepted", arguments: Seed.batch(100))
    func cursors(seed: Seed) throws {
        guard let value = try ExtremeValues(of: Everything.self).value(seed) else { return }
        for key in [value.name.text, value.name.text.lowercased(), value.name.text.uppercased()] {
            let cursor = PageCursor(key: key, id: "\(value.id)")
            let read = PageCursor(cursor.text)
            #expect(read?.key.hasSameBytes(as: key) == true && read?.id == "\(value.id)")
        }
        let marks = "a" + String(repeating: "\u{301}\u{323}", count: 90)
        for key in [String(repeating: "😀", count: 200), marks] {
            let cursor = PageCursor(key: key, id: "\(value.id)")
            #expect(PageCursor(cursor.text)?.key.hasSameBytes(as: key) == true)
            #expect((try? PageCursor.read(.string(cursor.text))) == cursor)
        }
    }

    @Test("What is stored and can't be read is no fault of a request")
    func stored() {
        #expect(throws: UnreadableValue.self) { try Everything.Part(jsonBytes: Array("{}".utf8)) }
        #expect(throws: UnreadableValue.self) { try Everything.Part(jsonBytes: Array("{".utf8)) }
        #expect(throws: UnreadableValue.self) { try Document<Everything.Part>(json: Array("{}".utf8)).value() }
    }
}
