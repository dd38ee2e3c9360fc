import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Crashes")
    struct CrashTests {
        /// A daemon and the moment at which it is killed.
        struct Crash: Sendable, CustomTestStringConvertible {
            let service: Service
            let seed: Seed
            var testDescription: String { "\(service.name) \(seed)" }

            /// Three moments for every daemon.
            static let all = Service.allCases.flatMap { service in
                Seed.batch(3).map { Crash(service: service, seed: $0) }
            }
        }

        @Test("kill -9 of a daemon at any moment of the main job loses and doubles nothing", arguments: Crash.all)
        func crash(_ crash: Crash) async throws {
            let system = try await TestSystem.shared()
            try await system.waitUntilHealthy()
            var random = crash.seed.generator
            let delay = Duration.milliseconds(Int.random(in: 0..<600, using: &random))
            let president = try await system.signIn(system.president)
            async let killed: Void = {
                await wait(delay)
                try await system.crash(crash.service.name)
            }()
            let job = try await PersistentJob(system: system, president: president).run()
            try await killed
            try await job.checkOutcome(system, president)
        }
    }
}

/// The main job by somebody who repeats a call under its `Idempotency-Key` until it is answered.
private struct PersistentJob {
    let system: TestSystem
    let president: APIClient

    struct Outcome {
        let student: NewStudent
        let registration: String
        let channel: ResumingChannel
    }

    func run() async throws -> Outcome {
        let account = DemoAccount(
            email: "crash.\(UUID().uuidString)@demo.rovierr.example",
            password: "correct horse \(UUID())"
        )
        let newcomer = NewStudent.newcomer(account, university: system.university)
        let session = try await acknowledged("POST", "/auth/register", newcomer, system.anonymous)
        let student = NewStudent(
            id: try (session["user"] ?? .null).text("id"),
            account: account,
            client: APIClient(port: system.port, accessToken: try session.text("accessToken")),
            refreshToken: try session.text("refreshToken")
        )
        let profile = NewStudent.profile()
        _ = try await acknowledged("PUT", "/profile", profile, student.client)
        let channel = ResumingChannel(student)
        try await channel.connect()
        let answers = try await until { try? await student.answers(to: system.form) }
        let registrations = "/societies/\(system.society)/registrations"
        let registration = try await acknowledged("POST", registrations, ["answers": answers], student.client).text(
            "id"
        )
        _ = try await acknowledged("POST", "\(registrations)/\(registration)/approve", [:], president)
        return Outcome(student: student, registration: registration, channel: channel)
    }

    /// Repeats a call that failed for no fault of its own.
    private func acknowledged(
        _ method: String,
        _ path: String,
        _ body: JSONValue,
        _ client: APIClient
    ) async throws -> JSONValue {
        let key = UUID().uuidString
        return try await until {
            let attempt = try? await client.send(method, path, body, headers: [("Idempotency-Key", key)])
            guard let reply = attempt, reply.status < 500, reply.errorCode != "IDEMPOTENCY_IN_PROGRESS" else {
                return nil
            }
            guard 200..<300 ~= reply.status else { throw Failure("\(method) \(path): \(reply.refusal)") }
            return reply.data
        }
    }
}

extension PersistentJob.Outcome {
    /// Everything that was acknowledged is there, once.
    func checkOutcome(_ system: TestSystem, _ president: APIClient) async throws {
        let profile = try await student.client.read("/profile")
        #expect(profile["firstName"] == "Test")
        let registrations = "/societies/\(system.society)/registrations?sort=-createdAt&limit=100"
        let mine = try await president.read(registrations).arrayValue?.filter {
            $0["userId"] == .string(student.id)
        }
        #expect(mine?.map { $0["id"] } == [.string(registration)])
        #expect(mine?.first?["status"] == "approved")
        let responses = try await president.read("/forms/\(system.form)/responses?sort=-submittedAt&limit=100")
        #expect(responses.arrayValue?.filter { $0["userId"] == .string(student.id) }.count == 1)
        let members = try await president.read("/societies/\(system.society)/members?sort=-joinedAt&limit=100")
        #expect(members.arrayValue?.filter { $0["userId"] == .string(student.id) }.count == 1)

        try await channel.waitForApproval()
        let inbox = try await student.client.read("/notifications?limit=100")
        #expect(inbox.arrayValue?.map { $0["type"]?.stringValue } == ["society.registration.approved"])
        #expect(channel.received.map { $0["notification"]?["id"] } == [inbox.arrayValue?.first?["id"]])
    }
}

extension APIClient {
    /// Reads something, however long the daemon behind it takes to come back.
    fileprivate func read(_ path: String) async throws -> JSONValue {
        try await until {
            let reply = try await send("GET", path)
            guard reply.status < 500 else { return nil }
            guard reply.status == 200 else { throw Failure("\(path): \(reply.refusal)") }
            return reply.data
        }
    }
}

/// A live channel that connects again where it left off, as the official clients do.
private final class ResumingChannel {
    private let student: NewStudent
    private var channel: LiveChannel?
    private(set) var received: [JSONValue] = []

    init(_ student: NewStudent) { self.student = student }

    func connect() async throws {
        let position = channel?.position
        channel = try await until { try? await student.liveChannel(resuming: position) }
    }

    func waitForApproval() async throws {
        try await until {
            do {
                while true { received.append(try await channel?.publication(within: .milliseconds(200)) ?? .null) }
            } catch is SocketStream.TimedOut {} catch is LiveChannel.Disconnected { try await connect() }
            return received.isEmpty ? nil : true
        }
    }
}
