import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// Descriptions that differ in one place, judged: what clients would trip over, and what they would not.
@Suite("Comparing descriptions")
struct ComparisonTests {
    private static let released: JSONValue = {
        let file = URL(fileURLWithPath: #filePath).appending(path: "../../../clients/openapi.json").standardizedFileURL
        // The file is part of the repository: without it every test here fails at once, which is right.
        return (try? JSONParser.parse(Array(Data(contentsOf: file)))) ?? .null
    }()

    /// A place in a document.
    private typealias Path = [String]

    @Test("A description breaks nothing of itself")
    func reflexive() {
        #expect(Self.released != .null)
        #expect(APIComparison(released: Self.released, present: Self.released).breaks == [])
    }

    @Test("One change that breaks clients is found", arguments: Seed.batch(120))
    func breaking(seed: Seed) throws {
        var random = seed.generator
        let (present, what) = try Self.changed(breaking: true, &random)
        let breaks = APIComparison(released: Self.released, present: present).breaks
        #expect(!breaks.isEmpty, "\(what)")
    }

    @Test("Changes that break no client pass", arguments: Seed.batch(120))
    func compatible(seed: Seed) throws {
        var random = seed.generator
        let (present, what) = try Self.changed(breaking: false, &random)
        let breaks = APIComparison(released: Self.released, present: present).breaks
        #expect(breaks.isEmpty, "\(what): \(breaks)")
    }

    @Test("An operation of a new version may change as it likes", arguments: Seed.batch(100))
    func versions(seed: Seed) throws {
        var random = seed.generator
        let path = try #require(Self.operations().randomElement(using: &random))
        var json = try #require(Self.released.at(path))
        let version = json["x-contract"]?["version"]?.intValue ?? 0
        json = json.with(["x-contract", "version"], .integer(version + 1))
        json = json.with("requestBody", ["required": true, "content": [:]]).with("responses", [:])
        #expect(APIComparison(released: Self.released, present: Self.released.with(path, json)).breaks == [])
    }

    @Test("What cannot be read as a description is named, with the reason")
    func unreadable() async throws {
        let ours = URL(fileURLWithPath: #filePath).standardizedFileURL.path  // which is no JSON
        for (path, reason) in [("/nonexistent", "cannot be read: "), (ours, "is no JSON: ")] {
            let failure = await #expect(throws: Failure.self) { try await APIDocument.read(path) }
            #expect(failure?.description.hasPrefix("\(path) \(reason)") == true, "\(String(describing: failure))")
        }
    }

    // MARK: Changes

    private static func changed(
        breaking: Bool,
        _ random: inout SeededGenerator
    ) throws -> (document: JSONValue, what: String) {
        for _ in 0..<1_000 {
            guard let path = operations().randomElement(using: &random), let operation = released.at(path) else {
                continue
            }
            let kind = Int.random(in: 0..<6, using: &random)
            let change =
                breaking ? breakingChange(kind, path, operation, &random) : harmless(kind, path, operation, &random)
            if let change { return (change, "\(kind) of \(path)") }
        }
        throw Failure("No operation can be changed that way")
    }

    private static func breakingChange(
        _ kind: Int,
        _ path: Path,
        _ operation: JSONValue,
        _ random: inout SeededGenerator
    ) -> JSONValue? {
        switch kind {
        case 0: return released.with(path, nil)
        case 1:
            let parameters = operation["parameters"]?.arrayValue ?? []
            let added: JSONValue = ["name": "new", "in": "query", "required": true, "schema": ["type": "string"]]
            return released.with(path + ["parameters"], .array(parameters + [added]))
        case 2: return narrowed(path, operation, "maxLength", by: -1, &random)
        case 3:
            guard let (place, name) = member(path, operation, &random) else { return nil }
            let required = released.at(place + ["required"])?.arrayValue ?? []
            guard !required.contains(.string(name)) else { return nil }
            return released.with(place + ["required"], .array(required + [.string(name)]))
        case 4:
            guard let (place, name) = member(path, operation, &random),
                released.at(place + ["properties", name])?["type"]?.stringValue != "boolean"
            else { return nil }
            return released.with(place + ["properties", name], ["type": "boolean"])
        default:
            guard let (place, name) = replyMember(path, operation, &random) else { return nil }
            return released.with(place + ["properties", name], nil)
        }
    }

    private static func harmless(
        _ kind: Int,
        _ path: Path,
        _ operation: JSONValue,
        _ random: inout SeededGenerator
    ) -> JSONValue? {
        switch kind {
        case 0: return released.with(path + ["summary"], "In other words")
        case 1:
            let parameters = operation["parameters"]?.arrayValue ?? []
            let added: JSONValue = ["name": "new", "in": "query", "required": false, "schema": ["type": "string"]]
            return released.with(path + ["parameters"], .array(parameters + [added]))
        case 2: return narrowed(path, operation, "maxLength", by: 1, &random)
        case 3:
            guard let (place, _) = member(path, operation, &random) else { return nil }
            return released.with(place + ["properties", "brandNew"], ["type": "string"])
        case 4:
            guard let (place, _) = replyMember(path, operation, &random) else { return nil }
            return released.with(place + ["properties", "brandNew"], ["type": "string"])
        default: return released.with(["paths", "/api/v1/brand-new"], ["get": ["operationId": "new.new"]])
        }
    }

    private static func operations() -> [Path] {
        (released["paths"]?.objectValue?.members ?? []).flatMap { path, item in
            (item.objectValue?.names ?? []).map { ["paths", path, $0] }
        }
    }

    /// The place that a path leads to, behind references.
    private static func target(of path: Path) -> Path {
        guard let reference = released.at(path)?["$ref"]?.stringValue else { return path }
        return target(of: reference.split(separator: "/").dropFirst().map(String.init))
    }

    /// A member of the plain JSON body.
    private static func member(
        _ path: Path,
        _ operation: JSONValue,
        _ random: inout SeededGenerator
    ) -> (place: Path, name: String)? {
        let place = target(of: path + ["requestBody", "content", "application/json", "schema"])
        return released.at(place + ["properties"])?.objectValue?.names.randomElement(using: &random).map { (place, $0) }
    }

    /// A member of the object that the reply's data refers to.
    private static func replyMember(
        _ path: Path,
        _ operation: JSONValue,
        _ random: inout SeededGenerator
    ) -> (place: Path, name: String)? {
        guard let status = operation["responses"]?.objectValue?.names.first(where: { $0.hasPrefix("2") }) else {
            return nil
        }
        let response = target(of: path + ["responses", status])
        let envelope = target(of: response + ["content", "application/json", "schema"])
        let place = target(of: envelope + ["properties", "data"])
        return released.at(place + ["properties"])?.objectValue?.names.randomElement(using: &random).map { (place, $0) }
    }

    private static func narrowed(
        _ path: Path,
        _ operation: JSONValue,
        _ limit: String,
        by step: Int,
        _ random: inout SeededGenerator
    ) -> JSONValue? {
        guard let (place, name) = member(path, operation, &random) else { return nil }
        let limit = target(of: place + ["properties", name]) + [limit]
        return released.at(limit)?.intValue.map { released.with(limit, .integer($0 + step)) }
    }
}

extension JSONValue {
    fileprivate func at(_ path: [String]) -> JSONValue? { path.reduce(Optional(self)) { $0?[$1] } }

    fileprivate func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        var object = objectValue ?? JSONObject()
        object[name] = value
        return .object(object)
    }

    func with(_ path: [String], _ value: JSONValue?) -> JSONValue {
        guard let first = path.first else { return value ?? .null }
        guard path.count > 1 else { return with(first, value) }
        return with(first, (self[first] ?? [:]).with(Array(path.dropFirst()), value))
    }
}
