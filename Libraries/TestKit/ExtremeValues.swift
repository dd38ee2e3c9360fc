public import Contracts

/// Valid values of a contract type at the edges of what it accepts, derived from the type alone.
///
/// Its JSON Schema says what may stand where: lengths at their bounds, four-byte and combining characters, the first and
/// the last instant, numbers of 64 digits, deep and long values where anything may stand. What the schema cannot tell,
/// the decoder does: a field that it refuses gets a plain value in the next try.
///
///     for value in try ExtremeValues(of: Form.self).values(Seed.batch(100)) { … }  // write it, and read it back
public struct ExtremeValues<Value: ContractObject> {
    private let components: SchemaComponents
    private let schema: JSONValue

    public init(of type: Value.Type = Value.self) {
        var components = SchemaComponents()
        schema = SchemaComponents.object(type.fields(&components))
        self.components = components
    }

    /// One value as it would be sent.
    ///
    /// - Parameters:
    ///   - seed: Decides every choice.
    ///   - fixed: Members that the test decides, such as the id of something that exists.
    ///   - sample: A valid document, which supplies names and kinds of values where the schema leaves them free.
    /// - Returns: A document that the type accepts; `nil` when its rules over several fields refused all tries.
    public func document(
        _ seed: Seed,
        fixing fixed: JSONObject = JSONObject(),
        like sample: JSONValue? = nil
    ) -> JSONValue? {
        var plain: Set<String> = []
        for _ in 0..<24 {
            let maker = ExtremeDocument(components: components, seed: seed, plain: plain, sample: sample)
            guard case .object(var object) = maker.value(schema, at: [], depth: 0) else { return nil }
            for (name, value) in fixed.members { object[name] = value }
            do throws(ValidationError) {
                _ = try Value.read(.object(object))
                return .object(object)
            } catch {
                // A field that is plain already is refused together with others: those around it become plain as well.
                for detail in error.details {
                    var path = detail.field.split(separator: ".").map(String.init)
                    while plain.contains(path.joined(separator: ".")), !path.isEmpty { path.removeLast() }
                    plain.insert(path.joined(separator: "."))
                }
            }
        }
        return nil
    }

    /// One value; see `document`.
    public func value(_ seed: Seed, fixing fixed: JSONObject = JSONObject()) throws -> Value? {
        try document(seed, fixing: fixed).map { try Value.read($0) }
    }

    /// Values of as many seeds as yield one.
    public func values(_ seeds: [Seed]) throws -> [Value] {
        try seeds.compactMap { try value($0) }
    }
}

/// Makes one document out of a schema; each place has random choices of its own, so that making one plain changes no other.
private struct ExtremeDocument {
    let components: SchemaComponents
    let seed: Seed
    /// Paths whose values are as ordinary as can be, with all that is below.
    let plain: Set<String>
    let sample: JSONValue?

    /// The sample's value at a path.
    private func example(at path: [String]) -> JSONValue? {
        path.reduce(sample) { value, name -> JSONValue? in
            if case .array(let elements)? = value {
                return Int(name).flatMap { elements.indices ~= $0 ? elements[$0] : nil }
            }
            return value?[name]
        }
    }

    /// - Parameters:
    ///   - schema: The schema.
    ///   - path: The place, which decides the random choices.
    ///   - depth: The number of objects and arrays around the place.
    ///   - choice: The number of choices between schemas already made at this place; each draws other numbers.
    /// - Returns: The value.
    func value(_ schema: JSONValue, at path: [String], depth: Int, choice: UInt64 = 0) -> JSONValue {
        var random = Self.generator(seed, path, choice)
        let isPlain = plain.contains("") || path.indices.contains { plain.contains(path[...$0].joined(separator: ".")) }
        if let name = schema.referencedName {
            return value(components.schemas[name] ?? [:], at: path, depth: depth, choice: choice)
        }
        if let choices = schema["anyOf"]?.arrayValue {
            let chosen = isPlain ? choices.last : choices.randomElement(using: &random)
            return value(chosen ?? [:], at: path, depth: depth, choice: choice + 1)
        }
        if let constant = schema["const"] { return constant }
        if let words = schema["enum"]?.arrayValue {
            return (isPlain ? words.first : words.randomElement(using: &random)) ?? .null
        }
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        switch (isPlain ? types.last : types.randomElement(using: &random))?.stringValue {
        case "object": return object(schema, at: path, depth, isPlain, &random)
        case "array": return array(schema, at: path, depth, isPlain, &random)
        case "string": return .string(isPlain ? Self.plainText(schema) : Self.text(schema, &random))
        case "integer": return .integer(Self.integer(schema, isPlain, &random))
        case "number": return isPlain ? 1 : .number(Self.numbers.randomElement(using: &random) ?? "0")
        case "boolean": return .bool(!isPlain && Bool.random(using: &random))
        case "null": return .null
        default: return isPlain ? example(at: path) ?? "x" : anything(like: example(at: path), depth, &random)
        }
    }

    private static func generator(_ seed: Seed, _ path: [String], _ choice: UInt64) -> SeededGenerator {
        // FNV-1a over the path (Fowler, Noll and Vo): the same place has the same choices in every try and process.
        let hash = path.joined(separator: ".").utf8.reduce(0xCBF2_9CE4_8422_2325 ^ choice) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return SeededGenerator(seed: seed.value ^ hash)
    }

    private func object(
        _ schema: JSONValue,
        at path: [String],
        _ depth: Int,
        _ isPlain: Bool,
        _ random: inout SeededGenerator
    ) -> JSONValue {
        var object = JSONObject()
        let required = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        for (name, member) in schema["properties"]?.objectValue?.members ?? [] {
            let isWanted = !isPlain && depth < 12 && Int.random(in: 0..<3, using: &random) > 0
            guard required.contains(name) || isWanted else { continue }
            object[name] = value(member, at: path + [name], depth: depth + 1)
        }
        if let member = schema["additionalProperties"], !isPlain, depth < 12 {
            let names = example(at: path)?.objectValue?.names
            for name in names ?? (0..<Int.random(in: 0...3, using: &random)).map({ "name\($0)" }) {
                object[name] = value(member, at: path + [name], depth: depth + 1)
            }
        }
        return .object(object)
    }

    private func array(
        _ schema: JSONValue,
        at path: [String],
        _ depth: Int,
        _ isPlain: Bool,
        _ random: inout SeededGenerator
    ) -> JSONValue {
        let (least, most) = (schema["minItems"]?.intValue ?? 0, schema["maxItems"]?.intValue ?? 3)
        let many = min(most, max(least, depth < 2 ? 40 : depth < 6 ? 2 : 0))
        let count = isPlain ? least : [least, many, min(many, least + 1)].randomElement(using: &random) ?? least
        return .array((0..<count).map { value(schema["items"] ?? [:], at: path + [String($0)], depth: depth + 1) })
    }

    private static func integer(_ schema: JSONValue, _ isPlain: Bool, _ random: inout SeededGenerator) -> Int {
        let (least, most) = (schema["minimum"]?.intValue ?? -9, schema["maximum"]?.intValue ?? 9)
        if isPlain { return min(max(1, least), most) }
        return [least, most, min(max(0, least), most), Int.random(in: least...most, using: &random)]
            .randomElement(using: &random) ?? least
    }

    private static func plainText(_ schema: JSONValue) -> String {
        if let example = schema["examples"]?.arrayValue?.first?.stringValue { return example }
        return String(repeating: "x", count: schema["minLength"]?.intValue ?? 0)
    }

    private static func text(_ schema: JSONValue, _ random: inout SeededGenerator) -> String {
        switch schema["format"]?.stringValue {
        case "uuid": return Identifier<Never>(high: random.next(), low: random.next()).description
        case "date-time": return times.randomElement(using: &random) ?? ""
        case "date": return days.randomElement(using: &random) ?? ""
        default: break
        }
        let (least, most) = (schema["minLength"]?.intValue ?? 0, schema["maxLength"]?.intValue ?? 100)
        // Of the long ones a few are as long as they may be, so that a document stays a body.
        let longest = most <= 1_000 || Int.random(in: 0..<40, using: &random) == 0 ? most : min(most, 300)
        let length = [least, max(least, 1), longest].randomElement(using: &random) ?? least
        return text(ofLength: length, &random)
    }

    /// A text of so many scalars, of one kind or of all.
    private static func text(ofLength length: Int, _ random: inout SeededGenerator) -> String {
        let alphabet = alphabets.randomElement(using: &random) ?? ["x"]
        var scalars = String.UnicodeScalarView()
        var count = 0
        while count < length {
            let next = Array((alphabet.randomElement(using: &random) ?? "x").unicodeScalars)
            // The first and the last must be something that is seen and stands by itself.
            let fits = count > 0 && count + next.count < length
            scalars.append(contentsOf: fits ? next : ["x"])
            count += fits ? next.count : 1
        }
        return String(scalars)
    }

    /// Any value for a place where JSON is free, mostly of the sample's kind and as deep as a body may still nest.
    private func anything(like sample: JSONValue?, _ depth: Int, _ random: inout SeededGenerator) -> JSONValue {
        if let sample, Int.random(in: 0..<4, using: &random) > 0 {
            switch sample {
            case .string: return .string(Self.text(ofLength: Int.random(in: 1...300, using: &random), &random))
            case .number: return .number(Self.numbers.randomElement(using: &random) ?? "0")
            case .bool: return .bool(.random(using: &random))
            default: return sample
            }
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return .null
        case 1: return .number(Self.numbers.randomElement(using: &random) ?? "0")
        case 2: return .bool(.random(using: &random))
        case 3:
            let levels = JSONParser.maximumRequestDepth - depth - 1
            return (0..<levels).reduce("deep") { value, level in level.isMultiple(of: 2) ? [value] : ["": value] }
        case 4: return .array((0..<200).map { .integer($0) })
        case 5:
            return .object(JSONObject((0..<40).map { ("\($0)\(Self.text(ofLength: 20, &random))", .string("\($0)")) }))
        default: return .string(Self.text(ofLength: Int.random(in: 0...300, using: &random), &random))
        }
    }

    private static let times = [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999999Z",
        "0001-01-01T23:59:00+23:59", "9999-12-31T00:00:59-23:59", "2024-02-29T12:00:00.5+05:45", "1969-12-31T23:59:59Z",
    ]
    private static let days = ["0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01"]
    private static let numbers = [
        "0", "-0", "-0.0", "1e63", "-1e62", "1E5", "1e-60", "1e0001", "-1E+00002", "5e-0003", "0.1", "9007199254740993",
        "-9007199254740993",
        String(repeating: "9", count: 64), "0.\(String(repeating: "3", count: 62))", "1.50", "2.2250738585072014e-30",
    ]
    /// Each piece is at most 31 scalars long.
    private static let alphabets: [[String]] = [
        ["x"], ["😀", "🏴", "𝒜", "𠀋"], ["é", "ß", "ı", "K", "ﬃ"], ["e" + String(repeating: "\u{301}\u{323}", count: 15)],
        ["\"", "\\", "/", "<", "&", "'", "%", "_"], ["漢", "字", "カ", "한"], ["م", "ש", "\u{200E}", "\u{200F}", "a"],
        ["👩\u{200D}👩\u{200D}👧", "🇭🇰", "a"], ["1", "0", "-", "+", "=", "@", ".", ","], ["a", " ", "\u{A0}", "\u{3000}"],
        ["\u{958}" + String(repeating: "\u{301}", count: 30)],
        ["a" + String(repeating: "\u{301}\u{200D}\u{323}", count: 10)],
    ]
}

/// What does not read back of a value's own JSON; empty when all is well.
///
/// - Parameter value: As it was read from a request.
/// - Returns: One line for each way of reading that fails: alone, inside a deeper document, twice.
public func unreadableForms(of value: some ContractObject) -> [String] {
    func check<Value: ContractObject>(_ value: Value) -> [String] {
        var faults: [String] = []
        let bytes = value.jsonBytes
        do {
            let again = try Value(jsonBytes: bytes)
            if again.jsonBytes != bytes { faults.append("\(Value.self) reads back as another value") }
        } catch {
            faults.append("\(Value.self): \(error)")
        }
        let levels = JSONParser.maximumDepth - JSONParser.maximumRequestDepth
        let inside = Array(repeating: UInt8(ascii: "["), count: levels) + bytes
        let document = inside + Array(repeating: UInt8(ascii: "]"), count: levels)
        do { _ = try JSONParser.parse(document) } catch { faults.append("\(Value.self) inside a document: \(error)") }
        return faults
    }
    return check(value)
}
