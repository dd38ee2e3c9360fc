import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension NginxTests {
    private static let submission = "/api/v1/forms/1/responses"
    /// A path of no operation, whose errors are logged.
    private static let other = "/api/v1/others"
    private static let tooLarge = [UInt8](repeating: 32, count: 1 << 20 + 1)

    /// Runs a front that logs its errors to a file.
    ///
    /// - Returns: The log's lines.
    private func errors(
        _ settings: [String: String] = [:],
        _ body: (HTTPClient) async throws -> Void
    ) async throws -> [String] {
        var lines: [String] = []
        try await withTemporaryFolder { folder in
            let log = "\(folder)/error.log"
            try await withFront(settings.merging(["NGINX_ERROR_LOG": log]) { $1 }) { client in
                try await body(client)
                // A line is written before its request is answered.
                lines = try String(contentsOfFile: log, encoding: .utf8).components(separatedBy: "\n")
            }
        }
        return lines
    }

    @Test("nginx logs no error about a request that may be anonymous, whatever becomes of it")
    func anonymousErrors() async throws {
        let requests: [(headers: [(String, String)], body: [UInt8], status: Int)] = [
            ([], [], 503), ([("Idempotency-Key", "k")], [], 503), ([], [UInt8](repeating: 32, count: 20_000), 503),
            ([], Self.tooLarge, 413), ([("Idempotency-Key", "k")], Self.tooLarge, 413),
        ]
        let lines = try await errors { client in
            for path in [Self.submission, "/api/v1/forms/1/%72esponses", Self.other] {
                for (headers, body, status) in requests {
                    let reply = try await client.send("POST", path, headers: headers, body: body)
                    #expect(reply.status == status, "\(path)")
                }
                let head = "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                let chunk = Array("100001\r\n".utf8) + Self.tooLarge + Array("\r\n0\r\n\r\n".utf8)
                _ = try await client.send(raw: Array(head.utf8) + chunk)
            }
        }
        #expect(lines.count { $0.contains(Self.other) } > requests.count)
        #expect(lines.filter { $0.contains("/forms/") } == [])
    }

    @Test("nginx logs no error about a request that may be anonymous when there are too many")
    func anonymousExcess() async throws {
        let lines = try await errors(["REQUESTS_PER_SECOND": "1", "REQUEST_BURST": "1"]) { client in
            for path in [Self.submission, Self.other] {
                try await until { try await client.send("POST", path).status == 429 ? () : nil }
                // Refused for its size first, and counted on the way to that refusal.
                for _ in 0..<4 { _ = try await client.send("POST", path, body: Self.tooLarge) }
            }
        }
        #expect(lines.contains { $0.contains("limiting requests") && $0.contains(Self.other) })
        #expect(lines.filter { $0.contains("/forms/") } == [])
    }

    private struct Vote: ServiceOperation {
        static let contract = Contract(
            "lab.responses.create",
            .post("/forms/{id}/responses"),
            access: .user,
            "Vote",
            bodyLimit: 1 << 20,
            mayBeAnonymous: true
        )
        let id: String
        typealias Reply = NoContent
    }

    private struct VoteWithFile: ServiceOperation {
        static let contract = Contract(
            "lab.files.create",
            .post("/forms/{id}/files"),
            access: .user,
            "Vote with a file",
            bodyLimit: 2 << 20,
            mayBeAnonymous: true
        )
        let id: String
        typealias Reply = NoContent
    }

    private struct Read: ServiceOperation {
        static let contract = Contract("lab.responses.list", .get("/forms/{id}/responses"), access: .user, "Read")
        let id: String
        typealias Reply = NoContent
    }

    @Test("Paths of operations that may be anonymous get locations that log no errors")
    func anonymousLocations() throws {
        #expect(try OperationLocations.configuration(of: described([Vote.self])) == text(OperationLocations.file))
        let large = try OperationLocations.configuration(of: described([VoteWithFile.self]))
        for directive in ["include unlogged.conf;", "client_max_body_size 2097152;", "proxy_request_buffering off;"] {
            #expect(large.components(separatedBy: directive).count == 2, "\(large)")
        }
    }

    @Test("Requests of operations that may be anonymous get patterns for the access log, those of others get none")
    func anonymousPatterns() throws {
        let patterns = try OperationLocations.anonymousRequests(of: described([Vote.self, Read.self]))
        #expect(try patterns == text(OperationLocations.anonymousFile))
        let both = try OperationLocations.anonymousRequests(of: described([Vote.self, VoteWithFile.self]))
        #expect(both.components(separatedBy: "\"~^POST ").count == 3, "\(both)")
    }

    private func described(_ operations: [any ServiceOperation.Type]) throws -> [ServiceDescription] {
        let description = ServiceDescription(of: ServiceAPI("lab", operations: operations), version: "1")
        return [try ServiceDescription(jsonBytes: description.jsonBytes)]
    }

    /// Reads a file of the repository.
    private func text(_ file: String) throws -> String {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appending(path: file), encoding: .utf8)
    }
}
