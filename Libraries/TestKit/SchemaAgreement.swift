public import Contracts

/// Random documents for contract types, judged by their JSON Schemas and by this library's coder.
///
/// Requests are judged by the decoder: their documents are made from the schema, mostly right, with lengths and numbers at
/// their bounds, and here and there something wrong. Replies and events are judged as the encoder writes them.
public struct SchemaAgreement {
    /// A document on which the schema and the decoder disagree.
    public struct Disagreement: CustomStringConvertible {
        public let type: String
        public let document: String
        /// `nil` when the decoder accepts what the schema refuses.
        public let fault: String?

        public var description: String {
            let verdict = fault.map { "the schema accepts, the decoder refuses (\($0))" } ?? "only the decoder accepts"
            return "\(type): \(verdict): \(document)"
        }
    }

    private struct Subject {
        let name: String
        let schema: JSONValue
        let decode: (JSONValue) -> ValidationError?
    }

    /// A reply with its envelope, or an event.
    private struct Written {
        let name: String
        /// The schema of the documents that its values are read from: the one for requests, which asks for the least.
        let source: JSONValue
        /// The published schema of what is written.
        let schema: JSONValue
        /// Reads a value and writes it; `nil` for a document without a value.
        let rewrite: (JSONValue) -> [UInt8]?
    }

    private var components = SchemaComponents()
    private var subjects: [Subject] = []
    private var written: [Written] = []
    private let beyondSchema: Set<String>

    /// Takes every operation with its reply, and every event of a service.
    ///
    /// - Parameters:
    ///   - api: The service's operations and events.
    ///   - values: Further types whose documents are tried, and whose values are written.
    ///   - stored: Types whose values are only written; they stand for `replies`.
    ///   - replies: Replies that pass on what is stored; these are left out.
    ///   - excluded: Names of operations that are left out.
    ///   - beyondSchema: Last components of the fields whose rules no schema can tell, such as a cursor's, or `name.*` for
    ///     the members and elements of a field; a refusal for nothing but these is no disagreement.
    public init(
        of api: ServiceAPI,
        and values: [any ContractObject.Type] = [],
        storing stored: [any ContractObject.Type] = [],
        for replies: [any OperationReply.Type] = [],
        without excluded: Set<String> = [],
        beyondSchema: Set<String> = []
    ) {
        self.beyondSchema = beyondSchema
        for operation in api.operations where !excluded.contains(operation.contract.name) { add(operation) }
        for event in api.events { add(event) }
        for type in values { add(type) }
        for operation in api.operations { addReply(of: operation, unlessIn: replies) }
        for event in api.events { addWritten(event) }
        for type in values + stored { addWritten(type) }
    }

    private mutating func add<Object: ContractObject>(_ type: Object.Type) {
        let schema = SchemaComponents.object(type.fields(&components))
        subjects.append(
            Subject(name: String(reflecting: type), schema: schema) { json in
                do throws(ValidationError) {
                    _ = try type.read(json)
                    return nil
                } catch { return error }
            }
        )
    }

    private mutating func addReply<Operation: ServiceOperation>(
        of operation: Operation.Type,
        unlessIn replies: [any OperationReply.Type]
    ) {
        typealias Reply = Operation.Reply
        guard Reply.contentType == "application/json", !replies.contains(where: { $0 == Reply.self }),
            let source = Reply.bodySchema(&components),
            let schema = components.describing(.reply, { Reply.bodySchema(&$0) })
        else { return }
        written.append(
            Written(name: "The reply of \(Operation.self)", source: source, schema: schema) { json in
                // A document that cannot be read has no value to write.
                (try? Reply.read(body: json.jsonBytes))?.body(trimmedTo: nil)
            }
        )
    }

    private mutating func addWritten<Object: ContractObject>(_ type: Object.Type) {
        let source = type.schema(&components)
        let schema = components.describing(.reply) { type.schema(&$0) }
        written.append(
            Written(name: String(reflecting: type), source: source, schema: schema) { json in
                (try? type.read(json))?.jsonBytes  // as above
            }
        )
    }

    /// Tries `count` documents of each type.
    ///
    /// - Returns: Where schema and decoder disagree, and how many documents both accepted and both refused.
    public func disagreements(_ count: Int, seed: Seed) throws -> (found: [Disagreement], accepted: Int, refused: Int) {
        var generator = DocumentGenerator(components: components, random: seed.generator)
        let cases = subjects.indices.flatMap { subject in
            (0..<count).map { _ in (subject, generator.document(subjects[subject].schema)) }
        }
        let verdicts = try verdicts(
            of: subjects.map { ($0.name, $0.schema) },
            on: cases.map { (subjects[$0.0].name, $0.1) }
        )
        var (found, accepted, refused): ([Disagreement], Int, Int) = ([], 0, 0)
        for ((index, document), verdict) in zip(cases, verdicts) {
            let fault = subjects[index].decode(document)
            switch (verdict, fault) {
            case (true, nil): accepted += 1
            case (false, _?): refused += 1
            case (true, let fault?) where isBeyondSchema(fault): refused += 1
            case (_, let fault):
                let text = String(decoding: document.jsonBytes, as: UTF8.self)
                found.append(
                    Disagreement(type: subjects[index].name, document: text, fault: fault.map { "\($0.details)" })
                )
            }
        }
        return (found, accepted, refused)
    }

    /// Reads values of each reply and event from `count` documents, and writes them.
    ///
    /// - Parameters:
    ///   - count: The number of documents of each type.
    ///   - seed: Decides every choice.
    /// - Returns: Those documents that the published schema refuses as they are written, and the names of the types of
    ///   which no document had a value.
    /// - Throws: An error if the validator fails.
    public func miswritten(_ count: Int, seed: Seed) throws -> (found: [String], untried: Set<String>) {
        var generator = DocumentGenerator(components: components, random: seed.generator, makesMistakes: false)
        var cases: [(name: String, source: JSONValue, json: JSONValue)] = []
        for type in written {
            for _ in 0..<count {
                let source = generator.document(type.source)
                if let bytes = type.rewrite(source) { cases.append((type.name, source, try JSONParser.parse(bytes))) }
            }
        }
        // Reading a reply is laxer than a schema: it takes what an earlier release may have stored.
        let accepted = try verdicts(of: written.map { ($0.name, $0.source) }, on: cases.map { ($0.name, $0.source) })
        let right = try verdicts(of: written.map { ($0.name, $0.schema) }, on: cases.map { ($0.name, $0.json) })
        var found: [String] = []
        var untried = Set(written.map(\.name))
        for (index, tried) in cases.enumerated() where accepted[index] {
            untried.remove(tried.name)
            guard !right[index] else { continue }
            found.append("\(tried.name): its schema refuses \(String(decoding: tried.json.jsonBytes, as: UTF8.self))")
        }
        return (found, untried)
    }

    /// The verdicts of a JSON Schema validator on documents, each with the name of its schema.
    private func verdicts(of schemas: [(String, JSONValue)], on cases: [(String, JSONValue)]) throws -> [Bool] {
        let work: JSONValue = [
            "schemas": .object(JSONObject(schemas)),
            "components": .object(JSONObject(components.schemas.map { ($0.key, $0.value) })),
            "cases": .array(cases.map { .array([.string($0.0), $0.1]) }),
        ]
        let verdicts = try JSONParser.parse(runPythonPeer("check_schemas.py", input: work.jsonBytes)).arrayValue ?? []
        return verdicts.map { $0.boolValue ?? false }
    }

    private func isBeyondSchema(_ error: ValidationError) -> Bool {
        error.details.allSatisfy { detail in
            let path = detail.field.split(separator: ".")
            return beyondSchema.contains(path.last.map(String.init) ?? "")
                || path.count > 1 && beyondSchema.contains("\(path[path.count - 2]).*")
        }
    }
}

/// Makes documents out of a schema.
private struct DocumentGenerator {
    let components: SchemaComponents
    var random: SeededGenerator
    /// `false` for documents whose values have the right types and lengths.
    var makesMistakes = true

    /// The number of values of which one is of a wrong kind.
    private static let rarity = 25

    mutating func document(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
        if let name = schema.referencedName { return document(components.schemas[name] ?? [:], depth: depth) }
        if let choices = schema["anyOf"]?.arrayValue { return document(pick(choices) ?? [:], depth: depth) }
        if depth > 0, mistake(of: Self.rarity) { return anything() }
        if let constant = schema["const"] { return constant }
        if let words = schema["enum"]?.arrayValue { return mistake(of: 10) ? text(0...6) : pick(words) ?? .null }
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        switch pick(types)?.stringValue {
        case "object": return object(schema, depth)
        case "array":
            let (least, most) = (schema["minItems"]?.intValue ?? 0, schema["maxItems"]?.intValue ?? 5)
            let bounds = mistake(of: 20) ? (most <= 30 ? most...(most + 1) : 0...0) : least...min(most, least + 3)
            let count = Int.random(in: bounds, using: &random)
            return .array((0..<count).map { _ in document(schema["items"] ?? [:], depth: depth + 1) })
        case "string": return string(schema)
        case "integer", "number":
            let (least, most) = (schema["minimum"]?.intValue ?? -9, schema["maximum"]?.intValue ?? 9)
            return mistake(of: 10)
                ? pick([.integer(least - 1), .integer(most + 1), .number("\(least).5"), .number("\(most).0")]) ?? 0
                : .integer(Int.random(in: least...most, using: &random))
        case "boolean": return .bool(Bool.random(using: &random))
        case "null": return .null
        default: return anything()
        }
    }

    private mutating func object(_ schema: JSONValue, _ depth: Int) -> JSONValue {
        var object = JSONObject()
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for (name, member) in schema["properties"]?.objectValue?.members ?? []
        where required.contains(name) ? !mistake(of: 41) : chance(1, of: 2) {
            object[name] = document(member, depth: depth + 1)
        }
        if let member = schema["additionalProperties"] {
            for index in 0..<Int.random(in: 0...3, using: &random) {
                object["name\(index)"] = document(member, depth: depth + 1)
            }
        }
        if mistake(of: 10) { object["unheardOf"] = anything() }
        return .object(object)
    }

    private mutating func string(_ schema: JSONValue) -> JSONValue {
        if schema["format"] == "uuid", !mistake(of: 10) {
            return .string(Identifier<Never>(high: random.next(), low: random.next()).description)
        }
        if schema["format"] == "date-time", !mistake(of: 10) { return "2026-03-01T09:30:00.000Z" }
        let example = pick(schema["examples"]?.arrayValue ?? [])?.stringValue
        if let example, !mistake(of: 3) { return .string(mistake(of: 4) ? mutated(example) : example) }
        let (least, most) = (schema["minLength"]?.intValue ?? 0, schema["maxLength"]?.intValue ?? 20)
        let allowed = makesMistakes ? 0...2_100 : least...min(most, max(least, 2_100))
        let lengths = [least, least - 1, most, most + 1, least + 2].filter { allowed.contains($0) }
        let length = pick(lengths) ?? 0
        return text(length...length)
    }

    /// A text that is right but for one place, or still right.
    private mutating func mutated(_ text: String) -> String {
        var characters = Array(text)
        let place = Int.random(in: 0...characters.count, using: &random)
        if place < characters.count, Bool.random(using: &random) { characters.remove(at: place) }
        characters.insert(contentsOf: pick(Self.alphabet) ?? "x", at: min(place, characters.count))
        return String(characters)
    }

    private mutating func text(_ length: ClosedRange<Int>) -> JSONValue {
        let letters = chance(1, of: 2) ? ["x"] : Self.alphabet
        let count = Int.random(in: length, using: &random)
        return .string((0..<count).map { _ in pick(letters) ?? "x" }.joined())
    }

    private mutating func anything() -> JSONValue {
        let values: [JSONValue] = [.null, true, 0, -1, .number("1.5"), "", " ", "x", [], [:], ["x"], ["a": 1]]
        return pick(values) ?? .null
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &random) }

    /// Returns `true` once in `whole` times if mistakes are allowed.
    private mutating func mistake(of whole: Int) -> Bool { makesMistakes && chance(1, of: whole) }
    private mutating func chance(_ part: Int, of whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }

    /// One scalar each.
    ///
    /// Left out is white space on which regular expressions' dialects disagree.
    private static let alphabet = [
        "a", "Z", "0", "9", ".", "-", "_", "/", ":", " ", "\n", "@", "#", "?", "é", "漢", "😀", "\u{212A}", "\u{131}",
        "\"", "\\",
    ]
}
