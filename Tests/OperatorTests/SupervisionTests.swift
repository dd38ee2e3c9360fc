import Foundation
import Synchronization
import TestKit
import Testing

@testable import Operator

@Suite("Supervision", .timeLimit(.minutes(1)))
struct SupervisionTests {
    @Test("A program that dies is started again, and its process id is written down anew")
    func restarts() async throws {
        try await withTemporaryFolder { folder in
            let process = sleeper(in: folder)
            async let supervision: Void = process.supervise()
            let first = try await until { process.pid }
            kill(first, SIGKILL)
            let second = try await until { process.pid.flatMap { $0 == first ? nil : $0 } }
            let written = try await until { readText(folder + "/pid").flatMap { pid_t($0.dropLast()) } }
            #expect(written == second)
            #expect(process.deaths == 1)
            await process.stop()
            await supervision
            #expect(!Processes.isRunning(second))
            #expect(!FileManager.default.fileExists(atPath: folder + "/pid"))
        }
    }

    @Test("A program is heard to end while programs that it started go on")
    func endsBeforeItsChildren() async throws {
        try await withTemporaryFolder { folder in
            let command = ["/bin/sh", "-c", "sleep 60 & echo $!; exit 7"]
            let child = try ChildProcess(command, output: folder + "/log")
            #expect(await child.waitForEnd() == .exited(7))
            let grandchild = try #require(readText(folder + "/log").flatMap { pid_t($0.dropLast()) })
            #expect(Processes.isRunning(grandchild))
            kill(grandchild, SIGKILL)
        }
    }

    @Test("A program that ignores its signal is ended by force")
    func killsTheStubborn() async throws {
        try await withTemporaryFolder { folder in
            let script = "trap '' TERM; echo ready; while :; do sleep 60; done"
            let reports = Mutex<[String]>([])
            let process = SupervisedProcess(
                name: "stubborn",
                command: ["/bin/sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin"],
                logFile: folder + "/log"
            ) { line in reports.withLock { $0.append(line) } }
            async let supervision: Void = process.supervise()
            _ = try await until { readText(folder + "/log").flatMap { $0.contains("ready") ? true : nil } }
            await process.stop(within: .milliseconds(50))
            await supervision
            #expect(reports.withLock(\.self) == ["stubborn does not end; killing it"])
        }
    }

    @Test("A daemon that is held stays stopped until it is let go")
    func holds() async throws {
        try await withTemporaryFolder { folder in
            let process = sleeper(in: folder)
            async let supervision: Void = process.supervise()
            let first = try await until { process.pid }
            try write([], to: folder + "/hold")
            kill(first, SIGTERM)
            _ = try await until { process.pid == nil ? true : nil }
            unlinkFile(folder + "/hold")
            let second = try await until { process.pid }
            #expect(second != first)
            await process.stop()
            await supervision
        }
    }

    @Test("A signal reaches a child although our own threads block or ignore it")
    func signalsReachChildren() async throws {
        try await withTemporaryFolder { folder in
            let child = try ChildProcess(["/bin/sleep", "60"], output: folder + "/log")
            child.signal(SIGINT)
            #expect(await child.waitForEnd() == .signalled(SIGINT))
        }
    }

    @Test("Processes are told apart by the home that they belong to")
    func knowsItsOwn() async throws {
        try await withTemporaryFolder { folder in
            let child = try ChildProcess(
                ["/bin/sleep", "60"],
                environment: ["ROVIERR_HOME": folder],
                output: folder + "/log"
            )
            // The kernel shows the environment a moment after the program has started.
            _ = try await until { Processes.all(of: Home(folder)) == [child.pid] ? true : nil }
            #expect(Processes.all(of: Home(folder + "/other")).isEmpty)
            child.signal(SIGKILL)
            _ = await child.waitForEnd()
        }
    }

    private func sleeper(in folder: String) -> SupervisedProcess {
        SupervisedProcess(
            name: "sleeper",
            command: ["/bin/sleep", "600"],
            environment: [:],
            logFile: folder + "/log",
            pidFile: folder + "/pid",
            holdFile: folder + "/hold"
        ) { _ in }
    }
}
