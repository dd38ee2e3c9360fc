import Foundation
import Postgres
import TestKit
import Testing

@Suite("Late statements and their neighbours", .timeLimit(.minutes(10))) struct CancellationTests {
    // **Feature: rovierr-platform-foundation, Property 27: A late statement's cancellation fails no neighbour**
    @Test("Statements with time enough get their answers, whichever of their neighbours are late")
    func neighbours() async throws {
        try await withDatabase({ $0.pipelinedConnections = 1 }) { database in
            for seed in Seed.batch(100) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    var random = seed.generator
                    for number in 0..<12 {
                        let seconds = Double.random(in: 0...0.012, using: &random)
                        let patience: Duration? = Bool.random(using: &random) ? .milliseconds(number + 1) : nil
                        // Few kinds, new in each case, so that some are cancelled while they are parsed.
                        let kind = "k\(seed.value)_\(number % 3)"
                        let sql: SQL = "SELECT \(number) AS \(raw: kind), pg_sleep(\(seconds))"
                        group.addTask {
                            do {
                                let row = try await database.query(sql, scope: .none, timeout: patience).only()
                                #expect(try row[kind] == number, "\(seed)")
                            } catch let error as PostgresError {
                                #expect(patience != nil && error.kind == .timedOut, "\(seed): \(error)")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("Requests to cancel that arrive late, however many, fail nobody")
    func lateRequests() async throws {
        let configure: @Sendable (inout PostgresConfiguration) -> Void = {
            $0.pipelinedConnections = 1
            $0.stallPatience = .seconds(60)
            $0.cancelPatience = .seconds(60)
        }
        try await withHeldCancels(configure) { database, observer, gate in
            try await database.ping()
            // One behind the other on the same connection; the last is the neighbour.
            let late = Task {
                await postgresError {
                    try await database.query("SELECT pg_sleep(5)", scope: .none, timeout: .seconds(1))
                }
            }
            try await until { database.figures.statements == 1 ? () : nil }
            let later = Task {
                await postgresError {
                    try await database.query("SELECT pg_sleep(1)", scope: .none, timeout: .seconds(2))
                }
            }
            try await until { database.figures.statements == 2 ? () : nil }
            async let neighbour = database.one("SELECT 7 FROM pg_sleep(2)", scope: .none)
            for error in [await late.value, await later.value] {
                #expect(error?.kind == .timedOut, "\(String(describing: error))")
            }
            var last = try await until { try await start(of: "SELECT 7 FROM pg_sleep(2)", observer) }
            for _ in 0..<gate.held {
                // Each hits the neighbour, which therefore begins again.
                try gate.release()
                last = try await until { () -> String? in
                    let start = try await start(of: "SELECT 7 FROM pg_sleep(2)", observer)
                    return start == last ? nil : start
                }
            }
            #expect(gate.held > 0)
            #expect(try await neighbour[0] == 7)
        }
    }

    @Test("A cancel request that hangs delays neither the transaction nor a caller that waits for its rows")
    func hangingRequest() async throws {
        try await withHeldCancels({ $0.transactionConnections = 1 }) { database, observer, gate in
            try await observer.execute("INSERT INTO counters VALUES (1, 0)", scope: .none)
            let error = await postgresError {
                try await database.transaction(scope: .none, timeout: .seconds(2)) { transaction in
                    try await transaction.execute("UPDATE counters SET value = 1 WHERE id = 1")
                    _ = try await transaction.query("SELECT pg_sleep(600)")
                }
            }
            #expect(error?.kind == .timedOut)
            #expect(gate.held == 1)
            try await observer.execute("UPDATE counters SET value = value + 2 WHERE id = 1", scope: .none)
            // The only connection was closed, and another one takes its place.
            let row = try await database.transaction(scope: .none) { try await $0.one("SELECT value FROM counters") }
            #expect(try row[0] == 2)
        }
    }

    /// When a statement that runs now began; `nil` if none does.
    private func start(of statement: String, _ observer: Database) async throws -> String? {
        let row = try await observer.first(
            "SELECT query_start::text AS start FROM pg_stat_activity WHERE state = 'active' AND query = \(statement)",
            scope: .none
        )
        return try row?["start"]
    }

    /// Runs a test with a database whose requests to cancel are held, and an observer with a way of its own.
    private func withHeldCancels(
        _ configure: (inout PostgresConfiguration) -> Void,
        _ body: (_ database: Database, _ observer: Database, CancelGate) async throws -> Void
    ) async throws {
        try await withTestDatabase(services: [notes]) { test in
            try await withTemporaryFolder { folder in
                var configuration = test.configuration(for: "notes")
                let parts = configuration.url.split(separator: "host=")
                let server = String(try #require(parts.last))
                let gate = try await CancelGate(folder: folder, server: server)
                configuration.url = configuration.url.replacing(server, with: folder)
                configure(&configuration)
                try await with(Database(configuration: configuration, logger: logger)) { database in
                    let direct = Database(configuration: test.configuration(for: "notes"), logger: logger)
                    try await with(direct) { observer in try await body(database, observer, gate) }
                }
            }
        }
    }
}

/// Holds requests to cancel statements on their way to the server.
private struct CancelGate {
    private let socket: String
    private let proxy: PythonPeer

    init(folder: String, server: String) async throws {
        let socket = folder + "/.s.PGSQL.5432"
        try Data().write(to: URL(filePath: socket + ".hold"))
        proxy = try PythonPeer("hold_cancels.py", [socket, server + "/.s.PGSQL.5432"])
        self.socket = socket
        try await until { FileManager.default.fileExists(atPath: socket) ? () : nil }
    }

    /// The number of requests so far.
    var held: Int { (try? Data(contentsOf: URL(filePath: socket + ".held")).count) ?? 0 }  // no file before the first

    /// Lets one of them go on.
    func release() throws { try Data().write(to: URL(filePath: socket + ".release")) }
}
