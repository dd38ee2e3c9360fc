import Contracts
import Foundation
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Conditional and compressed")
    struct ConditionalTests {
        /// Every resource that the document gives a tag, at an address where there is one.
        private func resources(in system: TestSystem) async throws -> [String] {
            let document = try await system.anonymous.send("GET", "/openapi.json").json
            let ids = [
                "/universities/": system.university, "/societies/": system.society, "/forms/": system.form,
            ]
            let administrator = try await system.signIn(system.platformAdmin)
            let university = try await administrator.expect("GET", "/universities/\(system.university)")
            let suffix = UUID().uuidString.prefix(8)
            let department = try await administrator.expect(
                "POST",
                "/departments",
                [
                    "universityId": .string(system.university), "name": .string("D\(suffix)"),
                    "code": .string("D\(suffix)"),
                ]
            ).text("id")
            let program = try await administrator.expect(
                "POST",
                "/programs",
                [
                    "departmentId": .string(department), "name": .string("P\(suffix)"), "degree": "Bachelor",
                    "duration": 4,
                ]
            ).text("id")
            let pattern = try await administrator.expect(
                "POST",
                "/id-patterns",
                [
                    "universityCode": university["code"] ?? .null, "name": .string("N\(suffix)"),
                    "pattern": "[0-9]{10}",
                ]
            ).text("id")
            let me = try await administrator.expect("GET", "/users/me").text("id")
            let more = ["/departments/": department, "/programs/": program, "/id-patterns/": pattern, "/users/": me]
            let known = ids.merging(more) { first, _ in first }
            return (document["paths"]?.objectValue?.members ?? []).compactMap { path, item in
                guard item["get"]?["responses"]?["304"] != nil else { return nil }
                let filled = known.reduce(String(path.dropFirst("/api/v1".count))) { path, known in
                    path.replacing("\(known.key){id}", with: known.key + known.value)
                }
                // Neither exists here: there is no response, and the president has no registration.
                return filled.contains("{") || filled.hasSuffix("/mine") ? nil : filled
            }
        }

        @Test("Every tagged resource answers 304 to its tag, strong or weak, and refuses a stale write")
        func tags() async throws {
            let system = try await TestSystem.shared()
            let administrator = try await system.signIn(system.platformAdmin)
            let president = try await system.signIn(system.president)
            let document = try await system.anonymous.send("GET", "/openapi.json").json
            let resources = try await resources(in: system)
            #expect(resources.count >= 10, "\(resources)")
            for path in resources {
                // Only its president may change a society.
                let client = path.hasPrefix("/societies/") ? president : administrator
                let first = try await client.send("GET", path)
                let tag = try #require(first.header("etag"), "\(path) \(first.status)")
                for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try await client.send("GET", path, headers: [("If-None-Match", known)])
                    #expect(
                        again.status == 304 && again.body.isEmpty && again.header("etag") == tag,
                        "\(path) \(known)"
                    )
                }
                let changed = try await client.send("GET", path, headers: [("If-None-Match", "\"other\"")])
                #expect(changed.status == 200)
                let template = document["paths"]?.objectValue?.members.first { template, _ in
                    let pattern = template.split(separator: "/"), given = "/api/v1\(path)".split(separator: "/")
                    return pattern.count == given.count
                        && zip(pattern, given).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
                }
                for method in ["put", "patch", "delete"] {
                    guard let operation = template?.value[method] else { continue }
                    let isConditional = operation["responses"]?["412"] != nil
                    if method != "delete" { #expect(isConditional, "\(method) \(path) takes no If-Match") }
                    guard isConditional else { continue }
                    let body: JSONValue? =
                        switch method {
                        case "put": first.data
                        case "patch": [:]
                        default: operation["requestBody"].map { _ in ["password": "a quiet tall heron"] }
                        }
                    let stale = try await client.send(
                        method.uppercased(),
                        path,
                        body,
                        headers: [("If-Match", "\"0-0\"")]
                    )
                    #expect(stale.status == 412, "\(method) \(path): \(stale.refusal)")
                }
            }
        }

        @Test("Writes at once without a condition all go through, and with one exactly one does")
        func simultaneousWrites() async throws {
            let system = try await TestSystem.shared()
            let client = try await system.signIn(system.platformAdmin)
            let suffix = UUID().uuidString.prefix(8)
            let created = try await client.send(
                "POST",
                "/departments",
                ["universityId": .string(system.university), "name": "Writers", "code": .string("W\(suffix)")]
            )
            let (path, tag) = ("/departments/\(try created.data.text("id"))", try #require(created.header("etag")))
            func write(_ headers: [(String, String)]) async throws -> [Int] {
                try await withThrowingTaskGroup { group in
                    for number in 0..<16 {
                        group.addTask {
                            try await client.send("PATCH", path, ["name": .string("W\(number)")], headers: headers)
                                .status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }.sorted()
                }
            }
            #expect(try await write([("If-Match", tag)]) == [200] + Array(repeating: 412, count: 15))
            #expect(try await write([]) == Array(repeating: 200, count: 16))
        }

        @Test("What nginx compressed can be asked about again and written on")
        func compression() async throws {
            let system = try await TestSystem.shared()
            let client = try await system.signIn(system.president)
            let form = try await client.expect("POST", "/forms", DemoForm.definition(for: system.society)).text("id")
            let plain = try await client.send("GET", "/forms/\(form)")
            let packed = try await client.send("GET", "/forms/\(form)", headers: [("Accept-Encoding", "gzip")])
            #expect(plain.header("content-encoding") == nil && packed.header("content-encoding") == "gzip")
            #expect(packed.body.count < plain.body.count / 2)
            let varies = packed.headers.filter { $0.name == "vary" }.map(\.value)
            #expect(varies == ["Origin", "Accept-Encoding"])
            let tag = try #require(packed.header("etag"))
            #expect(tag.hasPrefix("W/"))
            let again = try await client.send("GET", "/forms/\(form)", headers: [("If-None-Match", tag)])
            #expect(again.status == 304 && again.headers.filter { $0.name == "vary" }.map(\.value) == varies)
            let written = try await client.send(
                "PATCH",
                "/forms/\(form)",
                ["title": "New"],
                headers: [("If-Match", tag)]
            )
            #expect(written.status == 200, "\(written.refusal)")
            let stale = try await client.send("PATCH", "/forms/\(form)", ["title": "Old"], headers: [("If-Match", tag)])
            #expect(stale.status == 412)
        }

        @Test("Small answers, and answers with tokens in them, are not compressed")
        func uncompressed() async throws {
            let system = try await TestSystem.shared()
            let headers = [("Accept-Encoding", "gzip"), ("Content-Type", "application/json")]
            let small = try await system.http.send("GET", "/health/live", headers: headers)
            let newcomer: JSONValue = [
                "email": .string("long.\(UUID().uuidString.lowercased())@demo.rovierr.example"),
                "password": .string("correct horse \(UUID().uuidString)"),
                "name": .string(String(repeating: "Ada ", count: 49)),
            ]
            let tokens = try await system.anonymous.send(
                "POST",
                "/auth/register",
                newcomer,
                headers: [("Accept-Encoding", "gzip")]
            )
            #expect(small.status == 200 && tokens.status == 201)
            #expect(tokens.body.count > 1_024, "\(tokens.body.count)")
            #expect(small.header("content-encoding") == nil && tokens.header("content-encoding") == nil)
        }
    }
}
