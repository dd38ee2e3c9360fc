import Foundation
import TestKit
import Testing

@testable import Operator

@Suite("Leftovers of a killed supervisor", .timeLimit(.minutes(10)))
struct LeftoverTests {
    @Test("A process with a pid file is ended in order, even if it is stopped")
    func endsProcesses() async throws {
        try await withHome { home in
            let child = try ChildProcess(["/bin/sleep", "600"], output: home.logFile(of: "forms"))
            try write(#require(ProcessIdentity(of: child.pid)), as: "forms", in: home)
            kill(child.pid, SIGSTOP)
            #expect(try await Leftovers.end(of: home))
            #expect(await child.waitForEnd() == .signalled(SIGTERM))
            #expect(home.pidFiles.isEmpty)
            #expect(try await !Leftovers.end(of: home))
        }
    }

    @Test("What is left of a process group is ended, although its leader has ended before")
    func endsGroups() async throws {
        try await withHome { home in
            // The leader of a group of its own, which ends and leaves a member.
            let script = ["/bin/sh", "-c", "sleep 600 & echo $$ $!"]
            let (_, output) = try await ChildProcess.run(["/usr/bin/setsid", "--wait"] + script)
            let ids = output.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
            try #require(ids.count == 2)
            let member = try #require(ProcessIdentity(of: ids[1]))
            try await until { ProcessIdentity(of: ids[0]) == nil ? true : nil }
            let leader = ProcessIdentity(pid: ids[0], start: member.start, boot: member.boot)
            try write(leader, as: "nginx", in: home)
            #expect(Processes.all(of: home) == [member])
            #expect(try await Leftovers.end(of: home))
            #expect(!member.isRunning)
        }
    }

    @Test("Another process that has the id of an earlier one is left alone")
    func sparesOthers() async throws {
        try await withHome { home in
            let child = try ChildProcess(["/bin/sleep", "600"], output: home.logFile(of: "forms"))
            let other = try #require(ProcessIdentity(of: child.pid))
            for earlier in [
                ProcessIdentity(pid: other.pid, start: other.start - 1, boot: other.boot),
                ProcessIdentity(pid: other.pid, start: other.start, boot: UUID().uuidString),
            ] {
                try write(earlier, as: "forms", in: home)
                #expect(!earlier.isRunning)
                #expect(try await !Leftovers.end(of: home))
                #expect(other.isRunning)
            }
            child.signal(SIGKILL)
            _ = await child.waitForEnd()
        }
    }

    private func withHome(_ body: (Home) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder)
            try home.prepare()
            try await body(home)
        }
    }

    private func write(_ identity: ProcessIdentity, as name: String, in home: Home) throws {
        try Operator.write(Array(identity.text.utf8), to: home.pidFile(of: name))
    }
}
