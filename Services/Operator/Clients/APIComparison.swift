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
            guard after.version <= before.version else { return [] }
            var comparer = Comparer(released: released, present: present)
            comparer.compare(before, after)
            return comparer.changes.map { Break(operation: id, change: $0) }
        }
    }

    private struct Operation {
        let method: String
        let path: String
        let json: JSONValue

        var version: Int { json["x-contract"]?["version"]?.intValue ?? 0 }
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
            parameters(before.json, after.json)
            body(before.json["requestBody"], after.json["requestBody"])
            reply(before.json["responses"], after.json["responses"])
            refusals(before.json["x-contract"]?["errors"], after.json["x-contract"]?["errors"])
            security(before.json["security"], after.json["security"])
            access(before.json["x-contract"]?["access"], after.json["x-contract"]?["access"])
        }

        // MARK: Operations

        private mutating func parameters(_ before: JSONValue, _ after: JSONValue) {
            let (old, new) = (parameters(of: before, released), parameters(of: after, present))
            for (place, parameter) in old.sorted(by: { $0.key < $1.key }) {
                guard let now = new[place] else { changes.append("takes no \(place) any more"); continue }
                if now["required"] == true, parameter["required"] != true { changes.append("requires \(place)") }
                schema(parameter["schema"] ?? [:], now["schema"] ?? [:], .sent, at: place)
            }
            for (place, parameter) in new.sorted(by: { $0.key < $1.key })
            where old[place] == nil && parameter["required"] == true { changes.append("requires \(place)") }
        }

        /// By where they stand and what they are called, such as `query.page`.
        private func parameters(of operation: JSONValue, _ document: JSONValue) -> [String: JSONValue] {
            var parameters: [String: JSONValue] = [:]
            for parameter in operation["parameters"]?.arrayValue ?? [] {
                let parameter = document.resolve(parameter)
                parameters["\(parameter["in"]?.stringValue ?? "").\(parameter["name"]?.stringValue ?? "")"] = parameter
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
            func isSuccess(_ response: (name: String, value: JSONValue)) -> Bool { response.name.hasPrefix("2") }
            for (status, response) in before?.objectValue?.members.filter(isSuccess) ?? [] {
                guard let other = after?[status] else { changes.append("answers \(status) no more"); continue }
                let (was, now) = (released.resolve(response), present.resolve(other))
                for header in was["headers"]?.objectValue?.names ?? []
                where now["headers"]?[header] == nil && !Self.headersOfDeprecation.contains(header) {
                    changes.append("answers without \(header)")
                }
                for (type, content) in was["content"]?.objectValue?.members ?? [] {
                    guard let now = now["content"]?[type] else {
                        changes.append("answers no \(type) any more"); continue
                    }
                    schema(content["schema"] ?? [:], now["schema"] ?? [:], .received, at: "reply")
                }
            }
            // Clients read every success as the one that they know.
            for (status, _) in after?.objectValue?.members.filter(isSuccess) ?? [] where before?[status] == nil {
                changes.append("may answer \(status) now")
            }
        }

        /// They go when an operation is to stay after all.
        private static let headersOfDeprecation = ["Deprecation", "Sunset", "Link"]

        /// A refusal that cannot happen any more harms nobody, but looks like one whose code was changed.
        private mutating func refusals(_ before: JSONValue?, _ after: JSONValue?) {
            let gone = Self.refusals(before).subtracting(Self.refusals(after))
            changes += gone.sorted().map { "refuses with \($0) no more" }
        }

        /// Statuses with codes, such as `409 CONFLICT`.
        private static func refusals(_ errors: JSONValue?) -> Set<String> {
            let refusals = (errors?.objectValue?.members ?? []).flatMap { status, codes in
                (codes.arrayValue ?? []).compactMap(\.stringValue).map { "\(status) \($0)" }
            }
            return Set(refusals)
        }

        private mutating func security(_ before: JSONValue?, _ after: JSONValue?) {
            let now = Self.waysIn(after)
            // Whoever brings more than is asked for gets in as well.
            for way in Self.waysIn(before) where !now.contains(where: way.isSuperset) {
                let names = way.sorted().joined(separator: " with ")
                changes.append(names.isEmpty ? "is not open to everyone any more" : "takes no \(names) any more")
            }
        }

        /// What a caller may bring; nothing, where nothing is asked for.
        private static func waysIn(_ security: JSONValue?) -> [Set<String>] {
            let ways = (security?.arrayValue ?? []).map { Set($0.objectValue?.names ?? []) }
            return ways.isEmpty ? [[]] : ways
        }

        private mutating func access(_ before: JSONValue?, _ after: JSONValue?) {
            guard let before, let needed = permission(after) else { return }
            if let had = permission(before), had.covers(needed) { return }
            changes.append("needs the permission \(needed.text) now")
        }

        private func permission(_ access: JSONValue?) -> Permission? {
            guard case .permission(let permission)? = access?.stringValue.flatMap(Access.init) else { return nil }
            return permission
        }

        // MARK: Schemas

        /// What the sender may send has to be among what the receiver takes: each choice of the one among those of the other.
        private mutating func schema(_ old: JSONValue, _ new: JSONValue, _ direction: Direction, at place: String) {
            let (before, after) = (Self.choices(old, in: released), Self.choices(new, in: present))
            let (given, taken) = direction == .sent ? (before, after) : (after, before)
            for choice in given {
                let trials = taken.filter { choice.fits($0) }.map { taken in
                    var trial = self
                    let (old, new) = direction == .sent ? (choice, taken) : (taken, choice)
                    trial.compare(old, new, direction, at: place)
                    return trial
                }
                if let nearest = trials.min(by: { $0.changes.count < $1.changes.count }) {
                    self = nearest
                } else {
                    changes.append(Self.misfit(choice, taken, direction, at: place))
                }
            }
        }

        private static func misfit(
            _ given: Choice,
            _ taken: [Choice],
            _ direction: Direction,
            at place: String
        ) -> String {
            switch (direction, given.kind) {
            case (.sent, let kind?): "\(place) may be no \(kind) any more"
            case (.sent, nil): "\(place) takes \(taken.compactMap(\.kind).joined(separator: " or ")) only"
            case (.received, let kind): "\(place) may be \(kind ?? "anything") now"
            }
        }

        /// One of the schemas of an `anyOf`, for one of the types that it allows.
        private struct Choice: CustomStringConvertible {
            /// What refers to the schema, where anything does; only then can it contain itself.
            let name: String?
            /// The type of its values; `nil` for any.
            let kind: String?
            let json: JSONValue

            var description: String { name ?? String(decoding: json.bytes, as: UTF8.self) }

            /// Tells whether its values are of a type that the other takes.
            func fits(_ taken: Choice) -> Bool {
                taken.kind == nil || taken.kind == kind || taken.kind == "number" && kind == "integer"
            }
        }

        /// A schema that stands alone is its own only choice.
        private static func choices(
            _ schema: JSONValue,
            in document: JSONValue,
            within parent: String? = nil
        ) -> [Choice] {
            let json = document.resolve(schema)
            let name = schema["$ref"]?.stringValue ?? parent
            if let choices = json["anyOf"]?.arrayValue {
                return choices.enumerated().flatMap { index, choice in
                    Self.choices(choice, in: document, within: name.map { "\($0)/\(index)" })
                }
            }
            let kinds = json["type"]?.arrayValue?.map(\.stringValue) ?? [json["type"]?.stringValue]
            return kinds.map { kind in
                // What else a schema says does not concern null.
                kind == "null" ? Choice(name: nil, kind: kind, json: [:]) : Choice(name: name, kind: kind, json: json)
            }
        }

        private mutating func compare(_ old: Choice, _ new: Choice, _ direction: Direction, at place: String) {
            if old.name != nil || new.name != nil {
                guard seen.insert("\(old) \(new) \(direction)").inserted else { return }
            }
            let (old, new) = (old.json, new.json)
            let (given, taken) = direction == .sent ? (old, new) : (new, old)
            if let format = taken["format"], given["format"] != format { changes.append("\(place) has another format") }
            if direction == .sent {
                words(old, new, at: place)
                limits(old, new, at: place)
            }
            members(old, new, direction, at: place)
            // Where all members are known, no others are sent.
            for (name, part) in [("items", "[]"), ("additionalProperties", ".*")]
            where old[name] != nil || new[name] != nil && old["properties"] == nil {
                schema(old[name] ?? [:], new[name] ?? [:], direction, at: place + part)
            }
            if old["propertyNames"] != nil || new["propertyNames"] != nil {
                schema(Self.names(in: old), Self.names(in: new), direction, at: "\(place)'s names")
            }
        }

        /// What an object's members may be called, which is text in any case.
        private static func names(in schema: JSONValue) -> JSONValue {
            var names = schema["propertyNames"]?.objectValue ?? JSONObject()
            names["type"] = "string"
            return .object(names)
        }

        /// Compares only what is sent: of replies, clients are told to expect words that they do not know.
        private mutating func words(_ old: JSONValue, _ new: JSONValue, at place: String) {
            guard let allowed = new["enum"]?.arrayValue else { return }
            guard let sent = old["enum"]?.arrayValue else {
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
            if let pattern = new["pattern"], old["pattern"] != pattern {
                changes.append("\(place) has another pattern")
            }
        }

        private mutating func members(_ old: JSONValue, _ new: JSONValue, _ direction: Direction, at place: String) {
            let (before, after) = (old["properties"], new["properties"])
            // An object that names no members takes any that are like the others.
            let others: JSONValue? = direction == .sent && after == nil ? new["additionalProperties"] ?? [:] : .none
            for (name, member) in before?.objectValue?.members ?? [] {
                guard let now = after?[name] ?? others else { changes.append("\(place).\(name) is gone"); continue }
                schema(member, now, direction, at: "\(place).\(name)")
            }
            func required(_ schema: JSONValue) -> Set<String> {
                Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            }
            switch direction {
            case .sent:
                for name in required(new).subtracting(required(old)).sorted() {
                    changes.append("\(place).\(name) is required")
                }
            case .received:
                for name in required(old).subtracting(required(new)).sorted()
                where before?[name] == nil || after?[name] != nil {
                    changes.append("\(place).\(name) may be missing")
                }
            }
        }
    }
}
