import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// A collector of traces in another language, and what it was sent.
private struct Collector {
    struct Span: CustomStringConvertible {
        let service: String
        let json: JSONValue
        var id: String { json["spanId"]?.stringValue ?? "" }
        var parent: String? { json["parentSpanId"]?.stringValue }
        var trace: String { json["traceId"]?.stringValue ?? "" }
        var name: String { json["name"]?.stringValue ?? "" }
        var kind: Int { json["kind"]?.intValue ?? 0 }
        var description: String { "\(service) \(name) \(kind)" }
    }

    let file: String
    let port: Int
    let process: ChildProcess

    init(folder: String) async throws {
        file = folder + "/spans.jsonl"
        let output = folder + "/receiver.log"
        let script = PythonPeer.path(of: "otlp_receiver.py")
        let process = try ChildProcess([PythonPeer.interpreter, script, file], output: output)
        self.process = process
        port = try await until {
            if let end = process.status { throw Failure("The receiver ended, \(end): \(readText(output) ?? "")") }
            return readText(output)?.split(separator: "\n").first.flatMap { Int($0) }
        }
    }

    /// One for each document that has come, without the one that is being written.
    private func lines() -> [Substring] {
        let text = readText(file) ?? ""
        return text.lastIndex(of: "\n").map { text[..<$0].split(separator: "\n") } ?? []
    }

    func spans() throws -> [Span] {
        try lines().flatMap { line -> [Span] in
            let document = try JSONParser.parse(Array(line.utf8))
            return (document["resourceSpans"]?.arrayValue ?? []).flatMap { resource -> [Span] in
                let attributes = resource["resource"]?["attributes"]?.arrayValue ?? []
                let service = attributes.first { $0["key"] == "service.name" }?["value"]?["stringValue"]?.stringValue
                return (resource["scopeSpans"]?.arrayValue ?? []).flatMap { $0["spans"]?.arrayValue ?? [] }
                    .map { Span(service: service ?? "", json: $0) }
            }
        }
    }

    /// The headers that documents came with.
    func tokens() throws -> Set<String> {
        Set(
            try lines().map {
                try JSONParser.parse(Array($0.utf8))["token"]?.stringValue ?? ""
            }
        )
    }
}

/// The spans of one trace, and the one outside of it that consumed its event.
private struct Trace {
    /// From the gateway's request over two services down to the query of the second.
    static let queryOfForms = [
        "gateway 2", "gateway 3", "societies 2", "societies 1", "societies 3", "forms 2", "forms 1", "forms 3",
    ]

    private let spans: [Collector.Span]
    let consumer: Collector.Span?
    private let byID: [String: Collector.Span]

    init(of all: [Collector.Span], id: String) {
        spans = all.filter { $0.trace == id }
        consumer = all.first { $0.kind == 5 && $0.json["links"]?.arrayValue?.first?["traceId"] == .string(id) }
        byID = Dictionary(uniqueKeysWithValues: spans.map { ($0.id, $0) })
    }

    /// The query that stores the answers.
    var insertion: Collector.Span? { spans.first { $0.service == "forms" && $0.name == "postgres INSERT" } }

    /// Those whose parent is not there.
    var unconnected: [Collector.Span] { spans.filter { parent(of: $0) == nil } }

    /// For each span what led to it, from the first on: the services, and the kind of each span.
    var paths: Set<[String]> { Set(spans.map(path)) }

    private func path(to span: Collector.Span) -> [String] {
        (parent(of: span).map(path) ?? []) + ["\(span.service) \(span.kind)"]
    }

    private func parent(of span: Collector.Span) -> Collector.Span? { span.parent.flatMap { byID[$0] } }
}

extension EndToEnd {
    @Suite("Traces")
    struct TracingTests {
        @Test("One request is one connected trace down to its queries, and the event that follows links to it")
        func connectedTrace() async throws {
            try await withTemporaryFolder { folder in
                let collector = try await Collector(folder: folder)
                defer { collector.process.signal(SIGKILL) }
                var environment = ProcessInfo.processInfo.environment
                environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:\(collector.port)"
                environment["OTEL_EXPORTER_OTLP_HEADERS"] = "x-token=one%20two"
                let system = try await TestSystem(environment)
                defer { system.end() }
                let student = try await NewStudent.register(in: system)
                try await student.client.expect("PUT", "/profile", NewStudent.profile())
                let caller = (trace: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331")
                let reply = try await system.http.send(
                    "POST",
                    "/api/v1/societies/\(system.society)/registrations",
                    headers: [
                        ("Authorization", "Bearer \(student.client.accessToken ?? "")"),
                        ("Content-Type", "application/json"),
                        ("traceparent", "00-\(caller.trace)-\(caller.span)-01"),
                    ],
                    body: JSONValue.object(JSONObject([("answers", try await student.answers(to: system.form))])).bytes
                )
                #expect(reply.status == 201)

                // Every daemon sends its part in its own time. Every span but the gateway's becomes part of another one.
                let trace = try await until { () -> Trace? in
                    let trace = Trace(of: try collector.spans(), id: caller.trace)
                    let isConnected = trace.unconnected.map(\.parent) == [caller.span]
                    let isWhole = trace.paths.contains(Trace.queryOfForms) && trace.insertion != nil
                    return isConnected && isWhole && trace.consumer != nil ? trace : nil
                }
                let root = try #require(trace.unconnected.first)
                #expect(root.service == "gateway" && root.kind == 2)
                #expect(root.name == "POST /api/v1/societies/{id}/registrations")
                let insertion = try #require(trace.insertion)
                #expect("\(insertion.json)".contains("INSERT INTO"))
                #expect(trace.consumer?.service == "notifier" && trace.consumer?.trace != caller.trace)
                #expect(try collector.tokens() == ["one two"])

                // A malformed traceparent begins a trace of its own, and an unsampled one is passed on unrecorded.
                let unsampled = "1af7651916cd43dd8448eb211c80319c"
                for traceparent in ["00-\(caller.trace)-0000000000000000-01", "00-\(unsampled)-\(caller.span)-00"] {
                    let headers = [("traceparent", traceparent)]
                    _ = try await system.http.send("GET", "/api/v1/universities", headers: headers)
                }
                let gateway = try #require(system.topology.replicas(of: .gateway).first)
                let metrics = try await until { () -> String? in
                    let text = try await system.metrics(of: gateway)
                    let isThere = try collector.spans().contains { $0.name == "GET /api/v1/universities" }
                    return isThere ? text : nil
                }
                let spans = try collector.spans()
                #expect(spans.count { $0.name == "GET /api/v1/universities" } == 1)
                #expect(!spans.contains { $0.trace == unsampled })
                #expect(metrics.contains("rovierr_spans_dropped_total 0"))
            }
        }

        @Test("A collector that is away costs spans, which are counted, and nothing else")
        func noCollector() async throws {
            var environment = ProcessInfo.processInfo.environment
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9"
            let system = try await TestSystem(environment)
            defer { system.end() }
            let reply = try await system.http.send("GET", "/api/v1/universities")
            #expect(reply.status == 200)
            let gateway = try #require(system.topology.replicas(of: .gateway).first)
            try await until { () -> Bool? in
                let line = try await system.metrics(of: gateway).split(separator: "\n")
                    .first { $0.hasPrefix("rovierr_spans_dropped_total ") }
                return line.flatMap { Double($0.split(separator: " ")[1]) }.map { $0 > 0 } == true ? true : nil
            }
        }
    }
}
