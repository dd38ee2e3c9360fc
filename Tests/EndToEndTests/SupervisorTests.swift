import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("A killed supervisor")
    struct SupervisorTests {
        @Test("Everything that it started ends with it or is ended by dev down, and the system starts again")
        func childrenEnd() async throws {
            let first = try await TestSystem()
            defer { first.end() }
            try await checkLeftovers(of: first)
            let system = try await first.startAgain()
            defer { system.end() }
            let processes = Processes.all(of: system.home)
            #expect(processes.count >= system.topology.daemons.count + 2, "nginx and PostgreSQL are among them")
            await system.killSupervisor()
            try await until(.seconds(60)) { processes.contains(where: \.isRunning) ? nil : true }
            let again = try await system.startAgain()
            defer { again.end() }
            try await again.waitUntilHealthy()
        }

        /// Leaves what cannot end by itself, and has it ended.
        private func checkLeftovers(of system: TestSystem) async throws {
            let nginx = try #require(ProcessIdentity(file: system.home.pidFile(of: "nginx")))
            // The workers are left without their master, whom nobody has time to replace.
            system.supervisor.signal(SIGSTOP)
            nginx.signal(SIGKILL)
            await system.killSupervisor()
            #expect(!Ports.isFree(system.port))
            let (status, output) = try await system.command(["dev", "down"])
            #expect(status.isSuccess)
            #expect(output.contains("Stopped what a supervisor that died had left"), "\(output)")
            #expect(Processes.all(of: system.home).isEmpty)
            #expect(Ports.isFree(system.port))
        }
    }
}
