import ArgumentParser
import Contracts
import Foundation

/// What client developers take with them.
struct Clients: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the clients and the description that they are made from.",
        subcommands: [Generate.self]
    )

    /// Writes the description and both clients.
    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes openapi.json and the clients for TypeScript and Python."
        )
        @Option(help: "A running system, such as http://127.0.0.1:8080, or a file with its openapi.json.")
        var from: String
        @Option(help: "The folder that they go to; with a description in it, clients of that one must not break.")
        var out = "clients"
        @Flag(help: "Accept what breaks clients, as for a new major release.")
        var acceptBreaks = false

        func run() async throws {
            let document = try await APIDocument.read(from)
            let released = URL(filePath: out).appending(path: "openapi.json").path
            if !acceptBreaks { try await APIDocument.refuseBreaks(of: released, by: document) }
            for (path, text) in try ClientFiles(document: document).files {
                let url = URL(filePath: out).appending(path: path)
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: url)
            }
        }
    }
}

/// Where a description comes from.
enum APIDocument {
    /// - Throws: `Failure` when there is none, or it is no JSON.
    static func read(_ source: String) async throws -> JSONValue {
        let url = source.contains("://") ? URL(string: source) : URL(filePath: source)
        guard let url else { throw Failure("\(source) is no address") }
        guard url.isFileURL else {
            guard let port = url.port, url.scheme == "http", ["127.0.0.1", "localhost"].contains(url.host()) else {
                throw Failure("\(source) is no system on this machine: fetch its openapi.json and name the file")
            }
            let reply = try await HTTPClient(port: port).send("GET", "/api/v1/openapi.json")
            guard reply.status == 200 else { throw Failure("\(source) answers \(reply.status)") }
            return try parse(reply.body, from: source)
        }
        let file: Data
        do { file = try Data(contentsOf: url) } catch {
            throw Failure("\(source) cannot be read: \(error.localizedDescription)")
        }
        return try parse(Array(file), from: source)
    }

    /// Prints what a new description breaks for those who rely on the one in a file, if there is one.
    ///
    /// - Throws: `Failure` when there is something.
    static func refuseBreaks(of released: String, by present: JSONValue) async throws {
        guard FileManager.default.fileExists(atPath: released) else { return }
        let breaks = try await APIComparison(released: read(released), present: present).breaks
        for one in breaks { print(one) }
        guard breaks.isEmpty else {
            throw Failure("\(released) would be broken: raise the version, or accept it with --accept-breaks")
        }
    }

    private static func parse(_ bytes: [UInt8], from source: String) throws -> JSONValue {
        do throws(JSONSyntaxError) { return try JSONParser.parse(bytes) } catch {
            throw Failure("\(source) is no JSON: \(error)")
        }
    }
}

/// The files of one description, by their paths below `clients`.
struct ClientFiles {
    let files: [(path: String, text: String)]

    init(document: JSONValue) throws {
        let description = Self.withoutBuild(document)
        let model = try APIModel(description)
        files = [
            ("openapi.json", PrettyJSON.text(description)),
            ("typescript/rovierr.ts", TypeScriptClient(model: model).text),
            ("python/rovierr.py", PythonClient(model: model).text),
        ]
    }

    /// The build's version changes without anything that a client could see.
    private static func withoutBuild(_ document: JSONValue) -> JSONValue {
        guard var root = document.objectValue, var info = root["info"]?.objectValue else { return document }
        info["version"] = "1"
        root["info"] = .object(info)
        return .object(root)
    }
}

/// JSON that people can read changes in.
enum PrettyJSON {
    static func text(_ value: JSONValue) -> String { lines(value, indent: "") + "\n" }

    private static func lines(_ value: JSONValue, indent: String) -> String {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map { name, member in
                "\(inner)\(compact(.string(name))): \(lines(member, indent: inner))"
            }
            return "{\n" + members.joined(separator: ",\n") + "\n\(indent)}"
        case .array(let elements) where elements.contains { $0.objectValue != nil || $0.arrayValue != nil }:
            return "[\n" + elements.map { inner + lines($0, indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        default: return compact(value)
        }
    }

    private static func compact(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }
}
