import Foundation
import Synchronization
import TestKit
import Testing

@testable import Operator

@Suite("Supervision", .timeLimit(.minutes(10)))
struct SupervisionTests {
    @Test("A program that dies is started again, and its process id is written down anew")
    func restarts() async throws {
        try await withTemporaryFolder { folder in
            let process = sleeper(in: folder)
            async let supervision: Void = process.supervise()
            let first = try await until { process.pid }
            kill(first, SIGKILL)
            let second = try await until { process.pid.flatMap { $0 == first ? nil : $0 } }
            let written = try await until { ProcessIdentity(file: folder + "/pid") }
            #expect(written == ProcessIdentity(of: second))
            #expect(process.deaths == 1)
            await process.stop()
            await supervision
            #expect(!written.isRunning)
            #expect(!FileManager.default.fileExists(atPath: folder + "/pid"))
        }
    }

    @Test("A program's end is heard at once, and ends the programs that it started")
    func endsItsGroup() async throws {
        try await withTemporaryFolder { folder in
            let command = ["/bin/sh", "-c", "sleep 60 & echo $!; exit 7"]
            let child = try ChildProcess(command, output: folder + "/log")
            #expect(await child.waitForEnd() == .exited(7))
            let grandchild = try #require(readText(folder + "/log").flatMap { pid_t($0.dropLast()) })
            try await until { ProcessIdentity(of: grandchild) == nil ? true : nil }
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
                logFile: folder + "/log",
                pidFile: folder + "/pid"
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

    @Test("A supervised program goes on when the thread that asked for it has ended")
    func outlivesTheThread() async throws {
        try await withTemporaryFolder { folder in
            let nobody: Account? = nil
            let command = nobody.running(["/bin/sleep", "600"], endingWith: .kill)
            let started = Mutex<(child: ChildProcess, thread: String)?>(nil)
            Thread.detachNewThread {
                // Neither can fail; without them the test waits in vain.
                guard let child = try? ChildProcess(command, output: folder + "/log"),
                    let thread = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
                else { return }
                started.withLock { $0 = (child, "/proc/" + thread) }
            }
            let (child, thread) = try await until { started.withLock(\.self) }
            // The kernel sends the signal before it forgets the thread.
            try await until { FileManager.default.fileExists(atPath: thread) ? nil : true }
            _ = try await ChildProcess.run(["/bin/true"])  // whose end is heard after the other's would be
            #expect(child.status == nil)
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
