import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// What client developers see, on a system whose budgets an explorer does not use up.
    @Suite("The description and what is made of it")
    struct DescriptionTests {
        /// Started with the first use; a task of its own, since no test that waits for it owns it.
        private static let started = Task {
            let classes = ["READ", "WRITE", "AUTH", "UPLOAD", "REALTIME"]
            let names = classes.flatMap { ["RATE_USER_\($0)", "RATE_ADDRESS_\($0)"] }
            return try await TestSystem(Dictionary(uniqueKeysWithValues: names.map { ($0, "1000000/60") }))
        }

        private var repository: String {
            URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardizedFileURL.path
        }

        private func document(of system: TestSystem) async throws -> JSONValue {
            try await system.anonymous.send("GET", "/openapi.json").json
        }

        @Test("The document is valid OpenAPI 3.1, and every reference in it leads somewhere")
        func validity() async throws {
            let document = try await document(of: Self.started.value)
            _ = try runPythonPeer("check_openapi.py", input: document.bytes)
        }

        @Test("The document says nothing twice that takes more than a reference, and 2,200 bytes an operation at most")
        func size() async throws {
            let document = try await document(of: Self.started.value)
            #expect(document.bytes.count <= 2_200 * OpenAPI(json: document).operationCount)
            // As many bytes as a reference to a name of sixteen letters.
            let inline = OpenAPI(json: document).inlineSchemas.filter { !$0.isReferenceOrNull }
                .map(\.bytes).filter { $0.count > 48 }
            let twice = Dictionary(grouping: inline, by: \.self).filter { $0.value.count > 1 }
            #expect(inline.count > 100)
            #expect(twice.isEmpty, "\(twice.keys.map { String(decoding: $0, as: UTF8.self) }.sorted())")
        }

        @Test("The clients in the repository are made from what runs: else rovierr clients generate")
        func currentClients() async throws {
            let document = try await document(of: Self.started.value)
            let released = try await APIDocument.read(repository + "/clients/openapi.json")
            #expect(APIComparison(released: released, present: document).breaks == [])
            for (path, text) in try ClientFiles(document: document).files {
                #expect(readText("\(repository)/clients/\(path)") == text, "\(path) is not current")
            }
        }

        @Test("What services send each other is as released: else rovierr contracts")
        func currentContracts() async throws {
            let system = try await Self.started.value
            let mesh = try OperatorMesh(Deployment(system.home, system.topology))
            let document = try await mesh.internalContracts()
            await mesh.close()
            let file = "\(repository)/\(InternalContracts.file)"
            #expect(try await APIComparison(released: APIDocument.read(file), present: document).breaks == [])
            #expect(readText(file) == PrettyJSON.text(document), "\(InternalContracts.file) is not current")
        }

        @Test("nginx's locations and patterns are made from what running services declare; if not, run rovierr front")
        func currentLocations() async throws {
            let system = try await Self.started.value
            let mesh = try OperatorMesh(Deployment(system.home, system.topology))
            let descriptions = try await mesh.descriptions()
            await mesh.close()
            for (file, text) in [
                (OperationLocations.file, OperationLocations.configuration(of: descriptions)),
                (OperationLocations.anonymousFile, OperationLocations.anonymousRequests(of: descriptions)),
            ] { #expect(readText("\(repository)/\(file)") == text, "\(file) is not current") }
        }

        @Test("The TypeScript client passes the compiler at its strictest, and works")
        func typeScript() async throws {
            let system = try await Self.started.value
            let folder = FileManager.default.temporaryDirectory.appending(path: "rovierr-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }  // only the system's own cleaning is left then
            let (checked, faults) = try await ChildProcess.run([
                "/usr/bin/tsc", "--strict", "--noUncheckedIndexedAccess", "--target", "es2020", "--module", "commonjs",
                "--lib", "es2020,dom", "--rootDir", repository, "--outDir", folder.path,
                repository + "/Tests/Peers/use_typescript_client.ts",
            ])
            try #require(checked.isSuccess, "\(faults.prefix(4_000))")
            let (status, output) = try await ChildProcess.run([
                "/usr/bin/node", folder.path + "/Tests/Peers/use_typescript_client.js",
                "http://127.0.0.1:\(system.port)", system.president.email, system.president.password, system.society,
            ])
            #expect(status.isSuccess, "\(output.suffix(4_000))")
        }

        @Test("Where the document offers no API key, one is refused")
        func sessionsAlone() async throws {
            let system = try await Self.started.value
            let key = try await NewStudent.register(in: system).client.expect("POST", "/api-keys", ["name": "Script"])
            let paths = try await document(of: system)["paths"]?.objectValue?.members ?? []
            var refused: Set<String> = []
            for (path, item) in paths where path.hasPrefix("/api/v1/") {
                for (method, operation) in item.objectValue?.members ?? [] {
                    let ways = operation["security"]?.arrayValue ?? []
                    guard !ways.isEmpty, !ways.contains(where: { $0["apiKey"] != nil }) else { continue }
                    let reply = try await system.anonymous.send(
                        method.uppercased(),
                        String(path.dropFirst("/api/v1".count)).replacing("{id}", with: UUID().uuidString.lowercased()),
                        operation["requestBody"]?["content"]?["application/json"]?["example"],
                        headers: [("X-API-Key", key.text("key"))]
                    )
                    #expect(reply.status == 403, "\(method) \(path): \(reply.refusal)")
                    refused.insert(operation["operationId"]?.stringValue ?? path)
                }
            }
            #expect(refused.isSuperset(of: ["logOut", "endSession", "createAPIKey"]))
        }

        @Test("The Python client passes mypy, and works")
        func python() async throws {
            let system = try await Self.started.value
            let client = repository + "/clients/python"
            let (checked, faults) = try await ChildProcess.run([
                PythonPeer.interpreter, "-m", "mypy", "--strict", "--cache-dir=/dev/null", client + "/rovierr.py",
            ])
            #expect(checked.isSuccess, "\(faults.prefix(4_000))")
            let (status, output) = try await ChildProcess.run([
                PythonPeer.interpreter, "-B", PythonPeer.path(of: "use_python_client.py"), client,
                "http://127.0.0.1:\(system.port)", system.president.email, system.president.password, system.society,
            ])
            #expect(status.isSuccess, "\(output.suffix(4_000))")
        }

        @Test("The reference needs nothing from elsewhere and lets nothing else in")
        func reference() async throws {
            let system = try await Self.started.value
            var texts: [String] = []
            for path in ["/docs", "/docs/reference.css", "/docs/reference.js"] {
                let reply = try await system.http.send("GET", path)
                #expect(reply.status == 200)
                let policy = reply.headers.filter { $0.name == "content-security-policy" }.map(\.value)
                #expect(policy.count == 1 && policy[0].hasPrefix("default-src 'none'; script-src 'self';"), "\(policy)")
                #expect(!policy[0].contains("unsafe"))
                texts.append(String(decoding: reply.body, as: UTF8.self))
            }
            #expect(texts.allSatisfy { !$0.contains("://") && !$0.contains("innerHTML") })
            #expect(!texts[0].contains("style=") && !texts[0].contains(" on"), "Nothing inline would run")
        }

        @Test("A browser shows every operation, finds by error code, and calls with a token")
        func browser() async throws {
            let browser = ["/usr/bin/chromium", "/usr/bin/google-chrome"].first {
                FileManager.default.isExecutableFile(atPath: $0)
            }
            guard let browser else { return }  // the page is checked without one above
            let system = try await Self.started.value
            let student = try await NewStudent.register(in: system)
            let (status, output) = try await ChildProcess.run([
                PythonPeer.interpreter, PythonPeer.path(of: "browse_reference.py"), "http://127.0.0.1:\(system.port)",
                student.client.accessToken ?? "", browser,
            ])
            try #require(status.isSuccess, "\(output.suffix(4_000))")
            let seen = try JSONParser.parse(Array(output.utf8))
            let document = try await document(of: system)
            let operations = (document["paths"]?.objectValue?.members ?? []).flatMap {
                $0.value.objectValue?.members ?? []
            }
            #expect(seen["operations"]?.intValue == operations.count)
            #expect(seen["filled"]?.intValue == operations.count)
            #expect(seen["tried"]?.stringValue?.contains(student.id) == true, "\(seen)")
            #expect(seen["found"]?.intValue ?? 0 > 0 && seen["found"]?.intValue ?? 0 < operations.count)
            #expect(seen["errors"] == [] && seen["foreign"] == [], "\(seen)")
        }

        // The last, because it deletes whatever it may.
        @Test("An explorer finds no undocumented status, no server error and no reply beside its schema")
        func exploration() async throws {
            let system = try await Self.started.value
            let admin = system.platformAdmin
            let seed = ProcessInfo.processInfo.environment["SEED"] ?? "1"
            let (status, output) = try await ChildProcess.run([
                PythonPeer.interpreter, PythonPeer.path(of: "explore_api.py"), "http://127.0.0.1:\(system.port)",
                admin.email, admin.password, seed, "75",
            ])
            #expect(status.isSuccess, "\(output.suffix(8_000))")
            #expect(output.contains("Stateful") && !output.contains("Tested: 0"), "\(output.suffix(2_000))")
        }
    }
}
