import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// The main job by somebody who sends every call that changes something under an `Idempotency-Key`.
struct PersistentJob {
    let system: TestSystem
    let president: APIClient
    /// Whether calls are repeated until they are answered; else a server error ends the job.
    var isPatient = true

    struct Outcome {
        let student: NewStudent
        let registration: String
        let channel: ResumingChannel
    }

    func run() async throws -> Outcome {
        let account = DemoAccount(
            email: "job.\(UUID().uuidString)@demo.rovierr.example",
            password: "correct horse \(UUID())"
        )
        let newcomer = NewStudent.newcomer(account, university: system.university)
        let session = try await session(of: account, newcomer)
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
        let answers = try await until {
            do { return try await student.answers(to: system.form) } catch  where isPatient { return nil }
        }
        let registrations = "/societies/\(system.society)/registrations"
        let registration = try await acknowledged("POST", registrations, ["answers": answers], student.client).text(
            "id"
        )
        _ = try await acknowledged("POST", "\(registrations)/\(registration)/approve", [:], president)
        return Outcome(student: student, registration: registration, channel: channel)
    }

    /// Registers, retrying until it succeeds: nothing but the client retries a call that returns tokens.
    private func session(of account: DemoAccount, _ newcomer: JSONValue) async throws -> JSONValue {
        let credentials: JSONValue = ["email": .string(account.email), "password": .string(account.password)]
        return try await until {
            for (path, body) in [("/auth/register", newcomer), ("/auth/login", credentials)] {
                guard let reply = try? await system.anonymous.send("POST", path, body) else { continue }  // asked again
                if 200..<300 ~= reply.status { return reply.data }
            }
            return nil
        }
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
            let reply: HTTPReply
            do {
                reply = try await client.send(method, path, body, headers: [("Idempotency-Key", key)])
                guard reply.status < 500 else { throw Failure(reply.refusal) }
            } catch {
                guard isPatient else { throw Failure("\(method) \(path): \(error)") }
                return nil
            }
            if reply.errorCode == "IDEMPOTENCY_IN_PROGRESS" { return nil }
            guard 200..<300 ~= reply.status else { throw Failure("\(method) \(path): \(reply.refusal)") }
            return reply.data
        }
    }
}

extension PersistentJob {
    /// Everything that was acknowledged is there, once.
    static func check(_ outcomes: [Outcome], _ system: TestSystem, _ president: APIClient) async throws {
        let society = "/societies/\(system.society)"
        let registrations = try await president.readAll("\(society)/registrations")
        let members = try await president.readAll("\(society)/members")
        let responses = try await president.readAll("/forms/\(system.form)/responses")
        for outcome in outcomes {
            let student = outcome.student
            func own(_ list: [JSONValue]) -> [JSONValue] { list.filter { $0["userId"] == .string(student.id) } }
            #expect(own(registrations).map { $0["id"] } == [.string(outcome.registration)])
            #expect(own(registrations).first?["status"] == "approved")
            #expect(own(responses).count == 1)
            #expect(own(members).count == 1)
            #expect(try await student.client.read("/profile")["data"]?["firstName"] == "Test")

            try await outcome.channel.waitForApproval()
            let inbox = try await student.client.readAll("/notifications")
            #expect(inbox.map { $0["type"]?.stringValue } == ["society.registration.approved"])
            #expect(outcome.channel.received.map { $0["notification"]?["id"] } == [inbox.first?["id"]])
        }
    }
}

extension APIClient {
    /// Reads something, however long the daemon behind it takes to come back.
    fileprivate func read(_ path: String) async throws -> JSONValue {
        try await until {
            let reply = try await send("GET", path)
            guard reply.status < 500 else { return nil }
            guard reply.status == 200 else { throw Failure("\(path): \(reply.refusal)") }
            return reply.json
        }
    }

    /// All of a list, part by part.
    fileprivate func readAll(_ path: String) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let part = try await read("\(path)?limit=100" + (cursor.map { "&cursor=\($0)" } ?? ""))
            items += part["data"]?.arrayValue ?? []
            cursor = part["pagination"]?["nextCursor"]?.stringValue
        } while cursor != nil
        return items
    }
}

/// A live channel that connects again where it left off, as the official clients do.
final class ResumingChannel {
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
