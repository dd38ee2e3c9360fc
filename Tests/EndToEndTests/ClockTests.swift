import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Steps the wall clock of each daemon, as an administrator or a time server that errs would.
    @Suite("Wrong clocks")
    struct ClockTests {
        private static let hour: Int64 = 3_600
        /// Longer than a step is in doubt before it is followed.
        private static let limit = Duration.seconds(60)
        /// Shorter than a step is in doubt before it is followed.
        private static let shortStep = Duration.seconds(9)
        /// Keeps below the rate limits.
        private static let pause = Duration.milliseconds(500)

        @Test("A short step of a clock fails no call, and after a lasting one everything works once the clock is right")
        func steps() async throws {
            try await withTemporaryFolder { folder in
                let clocks = try await SteppedClocks(folder: folder)
                let system = try await TestSystem(overrides: clocks.overrides)
                defer { system.end() }
                let processes = system.topology.daemons.map { system.pid(of: $0.name) }
                let president = try await system.signIn(system.president)
                try await checkShortSteps(clocks, system, president)
                try await checkLastingSteps(clocks, system, president)
                #expect(system.topology.daemons.map { system.pid(of: $0.name) } == processes)
            }
        }

        /// No call of a main job may fail while one clock is wrong.
        private func checkShortSteps(_ clocks: SteppedClocks, _ system: TestSystem, _ president: APIClient) async throws
        {
            // Each clock is right during the six jobs between its steps.
            for offset in [Self.hour, -Self.hour] {
                for service in Service.allCases {
                    try await until(.seconds(300)) { () -> Bool? in
                        let began = ContinuousClock.now
                        try clocks.set(service, to: offset)
                        var failure: (any Error)?
                        do {
                            let job = try await PersistentJob(system: system, president: president, patience: nil).run()
                            try await PersistentJob.check([job], system, president)
                        } catch { failure = error }
                        try clocks.set(service, to: 0)
                        guard ContinuousClock.now - began < Self.shortStep else {
                            // On a machine this slow, the daemon may have followed its clock meanwhile.
                            try await system.waitUntilHealthy(within: Self.limit)
                            return nil
                        }
                        if let failure { throw Failure("With \(service.name) \(offset) s ahead: \(failure)") }
                        return true
                    }
                }
            }
        }

        /// Calls that are retried until clocks are right take effect once; sessions and data outlive the step.
        private func checkLastingSteps(
            _ clocks: SteppedClocks,
            _ system: TestSystem,
            _ president: APIClient
        ) async throws {
            let student = try await NewStudent.register(in: system)
            try await student.client.expect("PUT", "/profile", NewStudent.profile())
            let channel = ResumingChannel(student, patience: Self.limit)
            try await channel.connect()
            let answers = try await student.answers(to: system.form)
            let registrations = "/societies/\(system.society)/registrations"
            let key = UUID().uuidString
            func register() async throws -> HTTPReply {
                try await student.client.send(
                    "POST",
                    registrations,
                    ["answers": answers],
                    headers: [("Idempotency-Key", key)]
                )
            }

            // Services refuse each other's messages, and the gateway's, once they believe their clocks.
            for (index, service) in Service.onMesh.enumerated() {
                try clocks.set(service, to: index.isMultiple(of: 2) ? Self.hour : -Self.hour)
            }
            try await until(Self.limit, every: Self.pause) { () -> Bool? in
                let services = try await system.http.send("GET", "/api/health").json["services"]
                return Service.onMesh.allSatisfy { services?[$0.name]?["status"] == "down" } ? true : nil
            }
            #expect(try await register().status >= 500)
            for service in Service.onMesh { try clocks.set(service, to: 0) }
            try await system.waitUntilHealthy(within: Self.limit)
            let registration = try await until(Self.limit, every: Self.pause) { () -> String? in
                let reply = try await register()
                return 200..<300 ~= reply.status ? try reply.data.text("id") : nil
            }

            // The gateway takes every token for expired once it believes its clock.
            for (offset, status) in [(Self.hour, 401), (0, 200)] {
                try clocks.set(.gateway, to: offset)
                try await until(Self.limit, every: Self.pause) { () -> Bool? in
                    try await student.client.send("GET", "/users/me").status == status ? true : nil
                }
            }
            try await system.waitUntilHealthy(within: Self.limit)

            #expect(try await register().data["id"] == .string(registration), "the key is forgotten")
            try await president.expect("POST", "\(registrations)/\(registration)/approve", [:])
            let outcome = PersistentJob.Outcome(student: student, registrations: [registration], channel: channel)
            try await PersistentJob.check([outcome], system, president)
            let refresh: JSONValue = ["refreshToken": .string(student.refreshToken)]
            #expect(try await system.anonymous.send("POST", "/auth/refresh-token", refresh).status == 200)
            for account in [student.account, system.president, system.platformAdmin] {
                _ = try await system.signIn(account)
            }
        }
    }
}
