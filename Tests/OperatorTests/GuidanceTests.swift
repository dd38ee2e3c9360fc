import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("What a command that cannot be carried out says", .timeLimit(.minutes(10)))
struct GuidanceTests {
    private static let rovierr =
        URL(fileURLWithPath: ourProgram()).deletingLastPathComponent().path + "/rovierr"

    @Test(
        "Before the first start it says how to start",
        arguments: [["dev", "logs"], ["dev", "status"], ["migrate"], ["health"]]
    )
    func nothingStarted(command: [String]) async throws {
        try await withTemporaryFolder { folder in
            let (status, output) = try await ChildProcess.run(
                [Self.rovierr] + command + ["--home", folder],
                environment: [:]
            )
            #expect(status != .exited(0))
            #expect(output.contains("make run"), "\(output)")
        }
    }

    @Test(
        "Where the daemons run elsewhere it names the daemon's own command",
        arguments: [
            (["migrate", "forms"], "forms migrate"),
            (["rollback", "forms", "--to", "3"], "forms rollback 3"),
            (["events", "list", "--service", "notifier"], "notifier events list"),
            (
                ["events", "skip", "societies", "society.renamed", "--service", "notifier"],
                "notifier events skip societies society.renamed"
            ),
        ]
    )
    func elsewhere(command: [String], own: String) async throws {
        try await withTemporaryFolder { folder in
            let (status, output) = try await ChildProcess.run(
                [Self.rovierr] + command + ["--home", folder],
                environment: ["ROVIERR_URL": "http://gateway:8080"]
            )
            #expect(status == .exited(1))
            #expect(output.contains(own) && !output.contains("make"), "\(output)")
        }
    }

    @Test("A daemon undoes no migrations unless it is told which stay", arguments: [[], ["all"], ["3x"]])
    func rollbackWithoutNumber(version: [String]) async throws {
        let (status, output) = try await ChildProcess.run(
            [try program(of: .forms), "rollback"] + version,
            environment: [:]
        )
        #expect(status == .exited(64))
        #expect(output.contains("the number of the last migration to keep"), "\(output)")
    }
}
