import Contracts
import Testing

@testable import Operator

/// What may be different between two descriptions, kind by kind, and what is told of it.
@Suite("Changes between descriptions")
struct ChangeTests {
    /// There is no change in what breaks no client.
    struct Case: Sendable, CustomTestStringConvertible {
        let old: JSONValue
        let new: JSONValue
        let changes: [String]

        init(_ old: JSONValue, _ new: JSONValue, _ changes: String...) {
            (self.old, self.new, self.changes) = (old, new, changes)
        }

        var testDescription: String {
            "\(String(decoding: old.bytes, as: UTF8.self)) → \(String(decoding: new.bytes, as: UTF8.self))"
        }
    }

    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "integer"]
    private static let a: JSONValue = ["$ref": "#/components/schemas/A"]
    private static let b: JSONValue = ["$ref": "#/components/schemas/B"]

    /// An operation that stands alone in its document.
    private static func document(_ operation: JSONValue) -> JSONValue {
        var operation = operation.objectValue ?? JSONObject()
        operation["operationId"] = "lab.things.create"
        return [
            "paths": ["/things": ["post": .object(operation)]],
            "components": [
                "schemas": [
                    "A": ["type": "object", "required": ["a"], "properties": ["a": text]],
                    "B": ["type": "object", "required": ["b"], "properties": ["b": text, "more": ["anyOf": [a, b]]]],
                    "C": ["type": "object", "properties": ["b": text, "more": ["anyOf": [b, a]]]],
                    "Text": text,
                    "Short": ["type": "string", "maxLength": 5],
                    "MaybeText": ["anyOf": [["$ref": "#/components/schemas/Text"], ["type": "null"]]],
                    "Tree": ["anyOf": [text, ["type": "array", "items": ["$ref": "#/components/schemas/Tree"]]]],
                    "Twig": ["anyOf": [text, ["type": "array", "items": ["type": "array"]]]],
                ],
                "parameters": ["X": ["name": "x", "in": "query", "schema": text]],
                "responses": ["A": ["content": ["application/json": ["schema": a]]]],
            ],
        ]
    }

    private func compare(_ old: JSONValue, _ new: JSONValue) -> [String] {
        APIComparison(released: Self.document(old), present: Self.document(new)).breaks.map(\.change)
    }

    // MARK: What is sent

    static let sent = [
        Case(text, number, "body may be no string any more"),
        Case(number, ["type": "number"]),
        Case(["type": "number"], number, "body may be no number any more"),
        Case([:], ["type": ["string", "null"]], "body takes string or null only"),
        Case(text, [:]),
        Case(text, ["anyOf": [text, ["type": "null"]]]),
        Case(["type": ["string", "null"], "format": "uuid"], ["anyOf": [text, ["type": "null"]]]),
        Case(["type": ["string", "null"]], text, "body may be no null any more"),
        Case(["anyOf": [a, b]], ["anyOf": [b, a]]),
        Case(["anyOf": [a, text]], text, "body may be no object any more"),
        Case(["anyOf": [a, b]], a, "body.b is gone", "body.more is gone", "body.a is required"),
        Case(["anyOf": [a, b]], ["type": "object"]),
        Case(["anyOf": [a, text]], ["anyOf": [b, text]], "body.a is gone", "body.b is required"),
        Case(a, ["anyOf": [a, b]]),
        Case(a, ["anyOf": [b, text]], "body.a is gone", "body.b is required"),
        Case(a, ["type": "object"]),
        Case(b, ["type": "object"]),
        Case(b, ["$ref": "#/components/schemas/C"]),
        Case(text, ["$ref": "#/components/schemas/Text"]),
        Case(["$ref": "#/components/schemas/Text"], text),
        Case(["type": ["string", "null"]], ["$ref": "#/components/schemas/MaybeText"]),
        Case(["$ref": "#/components/schemas/MaybeText"], ["type": ["string", "null"]]),
        Case(["$ref": "#/components/schemas/MaybeText"], text, "body may be no null any more"),
        Case(text, ["$ref": "#/components/schemas/Short"], "body has a smaller maxLength"),
        Case(
            ["$ref": "#/components/schemas/MaybeText"],
            ["anyOf": [["$ref": "#/components/schemas/Short"], ["type": "null"]]],
            "body has a smaller maxLength"
        ),
        Case(
            ["$ref": "#/components/schemas/Tree"],
            ["$ref": "#/components/schemas/Twig"],
            "body[] may be no string any more"
        ),
        Case(["type": "object"], a, "body.a is required"),
        Case(a, ["type": "object", "additionalProperties": number], "body.a may be no string any more"),
        Case(["type": "object", "additionalProperties": text], ["type": "object"]),
        Case(["type": "object"], ["type": "object", "additionalProperties": text], "body.* takes string only"),
        Case(["type": "array"], ["type": "array", "items": text], "body[] takes string only"),
        Case(["type": "array", "items": text], ["type": "array"]),
        Case(
            ["type": "object"],
            ["type": "object", "propertyNames": ["format": "uuid"]],
            "body's names has another format"
        ),
        Case(["type": "object", "propertyNames": ["format": "uuid"]], ["type": "object"]),
        Case(
            ["type": "string", "enum": ["a", "b"]],
            ["type": "string", "enum": ["b"]],
            "body takes no \"a\" any more"
        ),
        Case(["type": "string", "enum": ["a"]], ["type": "string", "enum": ["b", "a"]]),
        Case(text, ["type": "string", "enum": ["a"]], "body takes certain words only"),
        Case(text, ["type": "string", "maxLength": 5], "body has a smaller maxLength"),
        Case(["type": "string", "minLength": 1], ["type": "string", "minLength": 0]),
        Case(["type": "string", "minLength": 1], ["type": "string", "minLength": 2], "body has a greater minLength"),
        Case(["type": "string", "pattern": "^a"], ["type": "string", "pattern": "^b"], "body has another pattern"),
        Case(["type": "string", "format": "date"], text),
        Case(text, ["type": "string", "format": "date"], "body has another format"),
    ]

    @Test("What clients send may only become freer", arguments: sent)
    func requests(one: Case) {
        func operation(_ schema: JSONValue) -> JSONValue {
            ["requestBody": ["content": ["application/json": ["schema": schema]]]]
        }
        #expect(compare(operation(one.old), operation(one.new)) == one.changes)
    }

    // MARK: What is answered

    static let received = [
        Case(text, number, "reply may be integer now"),
        Case(["type": "number"], number),
        Case(text, [:], "reply may be anything now"),
        Case([:], text),
        Case(["type": ["string", "null"]], text),
        Case(text, ["anyOf": [text, ["type": "null"]]], "reply may be null now"),
        Case(["anyOf": [a, b]], ["anyOf": [b, a]]),
        Case(["anyOf": [a, b]], b),
        Case(["anyOf": [a, text]], ["anyOf": [b, text]], "reply.a is gone"),
        Case(a, ["anyOf": [a, b]], "reply.a is gone"),
        Case(a, ["type": "object"], "reply.a is gone"),
        Case(["type": "object"], a),
        Case(
            ["type": "object", "required": ["a"]],
            ["type": "object", "properties": ["a": text]],
            "reply.a may be missing"
        ),
        Case(a, ["type": "object", "properties": ["a": text]], "reply.a may be missing"),
        Case(a, ["type": "object", "required": ["a"], "properties": ["a": text, "new": text]]),
        Case(["type": "object", "additionalProperties": text], ["type": "object"], "reply.* may be anything now"),
        Case(["type": "array", "items": text], ["type": "array"], "reply[] may be anything now"),
        Case(["type": "array"], ["type": "array", "items": text]),
        Case(
            ["type": "object", "propertyNames": ["format": "uuid"]],
            ["type": "object"],
            "reply's names has another format"
        ),
        Case(["type": "object"], ["type": "object", "propertyNames": ["format": "uuid"]]),
        Case(
            ["type": "string", "format": "date-time"],
            ["type": "string", "format": "date"],
            "reply has another format"
        ),
        Case(text, ["type": "string", "format": "date"]),
        Case(["type": "string", "enum": ["a"]], ["type": "string", "enum": ["b", "a"]]),
        Case(["type": "string", "maxLength": 5], ["type": "string", "maxLength": 9]),
    ]

    @Test("What clients get may only become narrower or gain members", arguments: received)
    func replies(one: Case) {
        func operation(_ schema: JSONValue) -> JSONValue {
            ["responses": ["200": ["content": ["application/json": ["schema": schema]]]]]
        }
        #expect(compare(operation(one.old), operation(one.new)) == one.changes)
    }

    // MARK: Operations

    private static func parameter(_ place: JSONValue, isRequired: Bool = false) -> JSONValue {
        ["parameters": [["name": "x", "in": place, "required": .bool(isRequired), "schema": text]]]
    }

    private static func refusing(_ errors: JSONValue) -> JSONValue { ["x-contract": ["errors": errors]] }

    private static func accessible(to access: JSONValue) -> JSONValue { ["x-contract": ["access": access]] }

    private static func answering(_ responses: JSONValue) -> JSONValue { ["responses": responses] }

    private static func json(_ schema: JSONValue) -> JSONValue { ["content": ["application/json": ["schema": schema]]] }

    static let operations = [
        Case(parameter("query"), parameter("header"), "takes no query.x any more"),
        Case(parameter("query"), parameter("query", isRequired: true), "requires query.x"),
        Case(parameter("query", isRequired: true), parameter("query")),
        Case([:], parameter("header", isRequired: true), "requires header.x"),
        Case([:], parameter("header")),
        Case(parameter("query"), ["parameters": [["$ref": "#/components/parameters/X"]]]),
        Case(["parameters": [["$ref": "#/components/parameters/X"]]], [:], "takes no query.x any more"),

        Case(refusing(["409": ["FULL", "LATE"]]), refusing(["409": ["LATE"]]), "refuses with 409 FULL no more"),
        Case(refusing(["409": ["FULL"]]), refusing(["410": ["FULL"]]), "refuses with 409 FULL no more"),
        Case(refusing(["409": ["FULL"]]), refusing(["409": ["LATE", "FULL"], "410": ["GONE"]])),

        Case(accessible(to: "user"), accessible(to: "forms:write"), "needs the permission forms:write now"),
        Case(accessible(to: "forms:read"), accessible(to: "forms:write"), "needs the permission forms:write now"),
        Case(accessible(to: "forms:*"), accessible(to: "forms:write")),
        Case(accessible(to: "forms:write"), accessible(to: "user")),

        Case(["security": []], ["security": [["bearer": []]]], "is not open to everyone any more"),
        Case(["security": [[:], ["bearer": []]]], ["security": [["bearer": []]]], "is not open to everyone any more"),
        Case(["security": [["bearer": []], ["key": []]]], ["security": [["bearer": []]]], "takes no key any more"),
        Case(
            ["security": [["cookie": []]]],
            ["security": [["cookie": [], "csrf": []]]],
            "takes no cookie any more"
        ),
        Case(["security": [["cookie": [], "csrf": []]]], ["security": [["cookie": []]]]),
        Case(["security": [["bearer": []]]], ["security": []]),
        Case(["security": [["bearer": []]]], ["security": [[:]]]),
        Case(["security": [["bearer": []]]], ["security": [["key": []], ["bearer": []]]]),

        Case(answering(["200": [:]]), answering(["200": [:], "202": [:]]), "may answer 202 now"),
        Case(answering(["200": [:], "202": [:]]), answering(["200": [:]]), "answers 202 no more"),
        Case(answering(["200": [:]]), answering(["200": [:], "304": [:]])),
        Case(answering(["200": ["$ref": "#/components/responses/A"]]), answering(["200": json(a)])),
        Case(answering(["200": ["$ref": "#/components/responses/A"]]), answering(["200": json(b)]), "reply.a is gone"),
        Case(answering(["200": ["headers": ["ETag": [:]]]]), answering(["200": [:]]), "answers without ETag"),
        Case(answering(["200": ["headers": ["Sunset": [:]]]]), answering(["200": ["headers": ["ETag": [:]]]])),

        Case(
            ["x-contract": ["version": 2], "security": []],
            ["x-contract": ["version": 1], "security": [["bearer": []]]],
            "is not open to everyone any more"
        ),
        Case(
            ["x-contract": ["version": 1], "security": []],
            ["x-contract": ["version": 2], "security": [["bearer": []]]]
        ),
    ]

    @Test("Operations ask for no more and answer no less", arguments: operations)
    func rules(one: Case) {
        #expect(compare(one.old, one.new) == one.changes)
    }

    @Test("Another address is another operation for clients")
    func addresses() {
        let moved: JSONValue = ["paths": ["/others": ["post": ["operationId": "lab.things.create"]]]]
        let breaks = APIComparison(released: Self.document([:]), present: moved).breaks
        #expect(breaks.map(\.change) == ["moved from post /things to post /others"])
        #expect(APIComparison(released: ["paths": [:]], present: Self.document([:])).breaks == [])
    }
}
