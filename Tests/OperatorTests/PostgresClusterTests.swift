import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("PostgreSQL after a power loss", .timeLimit(.minutes(10)))
struct PostgresClusterTests {
    @Test("It starts although another process has the id that its lock files name, and is ready no earlier")
    func staleLocks() async throws {
        try await withHome { home in
            let account = try Account.unprivileged()
            let cluster = try PostgresCluster(home, account: account)
            #expect(try await cluster.initialize())
            let other = try ChildProcess(
                account.running(["/bin/sleep", "600"], endingWith: .kill),
                output: home.logFile(of: "other")
            )
            let lock = "\(other.pid)\n\(home.postgres)\n1\n5432\n\(cluster.socketFolder)\n\n  1 1\nready   \n"
            for file in [home.postgres + "/postmaster.pid", cluster.socketFolder + "/.s.PGSQL.5432.lock"] {
                try write(Array(lock.utf8), to: file)
                try account?.own(file)
            }
            #expect(!cluster.isReady)
            #expect(try await !cluster.initialize())

            let server = cluster.process { _ in }
            async let supervision: Void = server.supervise()
            let isReady = try? await until { cluster.isReady ? true : nil }  // the server is stopped in any case
            #expect(isReady == true, "\(server.lastLines())")
            #expect(server.deaths == 0)
            await server.stop()
            await supervision
            #expect(!cluster.isReady)
            other.signal(SIGKILL)
            _ = await other.waitForEnd()
        }
    }

    @Test("A data folder is left alone, with instructions, while the server that its lock file names may be running")
    func heldLock() async throws {
        try await withHome { home in
            let cluster = try PostgresCluster(home, account: Account.unprivileged())
            #expect(try await cluster.initialize())
            // No process works in this folder, as it seems wherever the folders of processes can't be read.
            let copy = Home(home.folder + "/copy")
            let file = copy.postgres + "/postmaster.pid"
            let other = try PostgresCluster(copy, account: Account.unprivileged())
            let server = cluster.process { _ in }
            async let supervision: Void = server.supervise()
            let isReady = try? await until { cluster.isReady ? true : nil }  // the server is stopped in any case
            let lock = readText(home.postgres + "/postmaster.pid") ?? ""
            func failure(_ text: String) async -> String? {
                do {
                    try copy.prepare()
                    try makeFolder(copy.postgres, mode: 0o700)
                    try write(Array("15\n".utf8), to: copy.postgres + "/PG_VERSION")
                    try write(Array(text.utf8), to: file)
                    return try await other.initialize() == false ? nil : "made"
                } catch { return "\(error)" }
            }
            let held = await failure(lock)
            let isKept = readText(file) == lock
            let damaged = await failure("")
            await server.stop()
            await supervision
            #expect(isReady == true, "\(server.lastLines())")
            #expect(held?.contains("remove \(file)") == true && isKept, "\(held ?? "")")
            #expect(damaged?.contains("remove \(file)") == true, "\(damaged ?? "")")
            #expect(await failure(lock) == nil)
            #expect(readText(file) == nil)
        }
    }

    @Test("A cluster that was half made is made from the beginning")
    func halfMade() async throws {
        try await withHome { home in
            try makeFolder(home.postgres + ".new", mode: 0o700)
            try write(Array("15\n".utf8), to: home.postgres + ".new/PG_VERSION")
            let cluster = try PostgresCluster(home, account: Account.unprivileged())
            #expect(try await cluster.initialize())
            #expect(FileManager.default.fileExists(atPath: home.postgres + "/global/pg_control"))
            #expect(!FileManager.default.fileExists(atPath: home.postgres + ".new"))
        }
    }

    private func withHome(_ body: (Home) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder)
            try home.prepare()
            try await body(home)
        }
    }
}
