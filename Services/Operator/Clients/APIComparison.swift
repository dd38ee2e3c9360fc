import Contracts

/// What a client that was made from one description would trip over in another.
///
/// What clients send may only become freer, what they get may only become narrower or gain members. An operation whose
/// version was raised may change as it likes.
struct APIComparison {
    /// One change that breaks clients.
    struct Break: Equatable, CustomStringConvertible {
        let operation: String
        let change: String

        var description: String { "\(operation): \(change)" }
    }

    private enum Direction { case sent, received }

    let breaks: [Break]

    init(released: JSONValue, present: JSONValue) {
        let old = Self.operations(released)
        let new = Self.operations(present)
        breaks = old.sorted { $0.key < $1.key }.flatMap { id, before in
            guard let after = new[id] else { return [Break(operation: id, change: "is gone")] }
            guard before.json["x-version"] == after.json["x-version"] else { return [] }
            var comparer = Comparer(released: released, present: present)
            comparer.compare(before, after)
            return comparer.changes.map { Break(operation: id, change: $0) }
        }
    }

    private struct Operation {
        let method: String
        let path: String
        let json: JSONValue
    }

    private static func operations(_ document: JSONValue) -> [String: Operation] {
        var operations: [String: Operation] = [:]
        for (path, item) in document["paths"]?.objectValue?.members ?? [] {
            for (method, json) in item.objectValue?.members ?? [] {
                guard let id = json["operationId"]?.stringValue else { continue }
                operations[id] = Operation(method: method, path: path, json: json)
            }
        }
        return operations
    }

    private struct Comparer {
        let released: JSONValue
        let present: JSONValue
        var changes: [String] = []
        /// Pairs under comparison, since schemas may contain themselves.
        private var seen: Set<String> = []

        init(released: JSONValue, present: JSONValue) {
            self.released = released
            self.present = present
        }

        mutating func compare(_ before: Operation, _ after: Operation) {
            if (before.method, before.path) != (after.method, after.path) {
                changes.append("moved from \(before.method) \(before.path) to \(after.method) \(after.path)")
            }
            let (old, new) = (parameters(before.json, released), parameters(after.json, present))
            for (name, parameter) in old.sorted(by: { $0.key < $1.key }) {
                guard let now = new[name] else { changes.append("takes no \(name) any more"); continue }
                if now["required"] == true, parameter["required"] != true { changes.append("requires \(name)") }
                schema(parameter["schema"] ?? [:], now["schema"] ?? [:], .sent, at: name)
            }
            for (name, parameter) in new.sorted(by: { $0.key < $1.key })
            where old[name] == nil && parameter["required"] == true { changes.append("requires \(name)") }
            body(before.json["requestBody"], after.json["requestBody"])
            reply(before.json["responses"], after.json["responses"])
            security(before.json["security"], after.json["security"])
        }

        private func parameters(_ operation: JSONValue, _ document: JSONValue) -> [String: JSONValue] {
            var parameters: [String: JSONValue] = [:]
            for parameter in operation["parameters"]?.arrayValue ?? [] {
                let parameter = Self.resolve(parameter, in: document)
                parameters[parameter["name"]?.stringValue ?? ""] = parameter
            }
            return parameters
        }

        private mutating func body(_ before: JSONValue?, _ after: JSONValue?) {
            guard let after else {
                if before != nil { changes.append("takes no body any more") }
                return
            }
            if after["required"] == true, before?["required"] != true { changes.append("requires a body") }
            for (type, content) in before?["content"]?.objectValue?.members ?? [] {
                guard let now = after["content"]?[type] else { changes.append("takes no \(type) any more"); continue }
                schema(content["schema"] ?? [:], now["schema"] ?? [:], .sent, at: "body")
            }
        }

        private mutating func reply(_ before: JSONValue?, _ after: JSONValue?) {
            for (status, response) in before?.objectValue?.members ?? [] where status.hasPrefix("2") {
                guard let now = after?[status] else { changes.append("answers \(status) no more"); continue }
                for (type, content) in response["content"]?.objectValue?.members ?? [] {
                    guard let now = now["content"]?[type] else {
                        changes.append("answers no \(type) any more"); continue
                    }
                    schema(content["schema"] ?? [:], now["schema"] ?? [:], .received, at: "reply")
                }
            }
        }

        private mutating func security(_ before: JSONValue?, _ after: JSONValue?) {
            let now = after?.arrayValue ?? []
            for rule in before?.arrayValue ?? [] where !now.contains(rule) {
                let names = rule.objectValue?.names.joined(separator: " with ") ?? ""
                changes.append(names.isEmpty ? "is not open to everyone any more" : "takes no \(names) any more")
            }
        }

        private static func resolve(_ json: JSONValue, in document: JSONValue) -> JSONValue {
            guard let reference = json["$ref"]?.stringValue else { return json }
            return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
        }

        private mutating func schema(_ old: JSONValue, _ new: JSONValue, _ direction: Direction, at place: String) {
            if let before = old["$ref"]?.stringValue, let after = new["$ref"]?.stringValue {
                guard seen.insert("\(before) \(after) \(direction)").inserted else { return }
            }
            let (old, new) = (Self.resolve(old, in: released), Self.resolve(new, in: present))
            // What the sender may send has to be among what the receiver takes.
            let (given, taken) = direction == .sent ? (old, new) : (new, old)
            types(given, taken, direction, at: place)
            words(given, taken, direction, at: place)
            if direction == .sent { limits(old, new, at: place) }
            members(old, new, direction, at: place)
            if let before = old["items"] { schema(before, new["items"] ?? [:], direction, at: place + "[]") }
            if let before = old["additionalProperties"] {
                schema(before, new["additionalProperties"] ?? [:], direction, at: place + ".*")
            }
            let (choicesBefore, choicesAfter) = (choices(old, released), choices(new, present))
            for (kind, choice) in choicesBefore {
                if let now = choicesAfter[kind] { schema(choice, now, direction, at: place) }
            }
        }

        /// The schemas of an `anyOf` by the kind of value that they allow; one that stands alone is its own choice.
        private func choices(_ schema: JSONValue, _ document: JSONValue) -> [String: JSONValue] {
            var choices: [String: JSONValue] = [:]
            for choice in schema["anyOf"]?.arrayValue ?? [] {
                for kind in kinds(choice, document) ?? [] { choices[kind] = choice }
            }
            return choices
        }

        /// The types of values that a schema allows; `nil` for all.
        private func kinds(_ schema: JSONValue, _ document: JSONValue) -> Set<String>? {
            let schema = Self.resolve(schema, in: document)
            if let choices = schema["anyOf"]?.arrayValue {
                var all: Set<String> = []
                for choice in choices {
                    guard let kinds = kinds(choice, document) else { return nil }
                    all.formUnion(kinds)
                }
                return all
            }
            if let types = schema["type"]?.arrayValue { return Set(types.compactMap(\.stringValue)) }
            return schema["type"]?.stringValue.map { [$0] }
        }

        private mutating func types(_ given: JSONValue, _ taken: JSONValue, _ direction: Direction, at place: String) {
            let (from, to) = direction == .sent ? (released, present) : (present, released)
            guard var allowed = kinds(taken, to) else { return }
            if allowed.contains("number") { allowed.insert("integer") }
            guard let kinds = kinds(given, from) else { return changes.append("\(place) may be anything now") }
            let others = kinds.subtracting(allowed).sorted()
            guard !others.isEmpty else { return }
            let words = others.joined(separator: " or ")
            changes.append(direction == .sent ? "\(place) may be no \(words) any more" : "\(place) may be \(words) now")
        }

        private mutating func words(_ given: JSONValue, _ taken: JSONValue, _ direction: Direction, at place: String) {
            guard direction == .sent else { return }  // clients are told to expect words that they do not know
            guard let allowed = taken["enum"]?.arrayValue else { return }
            guard let sent = given["enum"]?.arrayValue else {
                return changes.append("\(place) takes certain words only")
            }
            for word in sent where !allowed.contains(word) {
                changes.append("\(place) takes no \(String(decoding: word.bytes, as: UTF8.self)) any more")
            }
        }

        private mutating func limits(_ old: JSONValue, _ new: JSONValue, at place: String) {
            for name in ["maxLength", "maximum", "maxItems", "maxProperties"] {
                guard let now = new[name]?.doubleValue else { continue }
                if now < old[name]?.doubleValue ?? .infinity { changes.append("\(place) has a smaller \(name)") }
            }
            for name in ["minLength", "minimum", "minItems"] {
                guard let now = new[name]?.doubleValue else { continue }
                if now > old[name]?.doubleValue ?? -.infinity { changes.append("\(place) has a greater \(name)") }
            }
            for name in ["pattern", "format"] {
                guard let now = new[name]?.stringValue, now != old[name]?.stringValue else { continue }
                changes.append("\(place) has another \(name)")
            }
        }

        private mutating func members(_ old: JSONValue, _ new: JSONValue, _ direction: Direction, at place: String) {
            guard let before = old["properties"]?.objectValue, let after = new["properties"]?.objectValue else {
                return
            }
            func required(_ schema: JSONValue) -> Set<String> {
                Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            }
            for (name, member) in before.members {
                guard let now = after[name] else { changes.append("\(place).\(name) is gone"); continue }
                schema(member, now, direction, at: "\(place).\(name)")
            }
            switch direction {
            case .sent:
                for name in required(new).subtracting(required(old)).sorted() {
                    changes.append("\(place).\(name) is required")
                }
            case .received:
                for name in required(old).subtracting(required(new)).sorted() where after[name] != nil {
                    changes.append("\(place).\(name) may be missing")
                }
            }
        }
    }
}
