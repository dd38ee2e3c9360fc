import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// The main job by somebody who sends every call that changes something under an `Idempotency-Key`.
struct PersistentJob {
    let system: TestSystem
    let president: APIClient
    /// The time for which a call is retried; `nil` for a job that a server error ends.
    var patience: Duration? = .seconds(30)
    /// Tells whether a first registration is rejected before a second one is approved.
    var isRejectedFirst = false

    private static let pause = Duration.milliseconds(100)
    private var limit: Duration { patience ?? .seconds(30) }

    struct Outcome {
        let student: NewStudent
        /// The ids, of which the last was approved and the others were rejected.
        let registrations: [String]
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
        let channel = ResumingChannel(student, patience: limit)
        try await channel.connect()
        let answers = try await until(limit, every: Self.pause) {
            do { return try await student.answers(to: system.form) } catch  where patience != nil { return nil }
        }
        let path = "/societies/\(system.society)/registrations"
        var registrations: [String] = []
        for decision in isRejectedFirst ? ["reject", "approve"] : ["approve"] {
            let registration = try await acknowledged("POST", path, ["answers": answers], student.client).text("id")
            _ = try await acknowledged("POST", "\(path)/\(registration)/\(decision)", [:], president)
            registrations.append(registration)
        }
        return Outcome(student: student, registrations: registrations, channel: channel)
    }

    /// Registers, retrying until it succeeds: nothing but the client retries a call that returns tokens.
    private func session(of account: DemoAccount, _ newcomer: JSONValue) async throws -> JSONValue {
        let credentials: JSONValue = ["email": .string(account.email), "password": .string(account.password)]
        return try await until(limit, every: Self.pause) {
            // Asked again where there is no reply.
            guard let reply = try? await system.anonymous.send("POST", "/auth/register", newcomer) else { return nil }
            if 200..<300 ~= reply.status { return reply.data }
            // An earlier attempt has opened the account. Before that, a sign-in would count as a failed one.
            guard reply.status == 409,
                let session = try? await system.anonymous.send("POST", "/auth/login", credentials),
                200..<300 ~= session.status
            else { return nil }
            return session.data
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
        return try await until(limit, every: Self.pause) {
            let reply: HTTPReply
            do {
                reply = try await client.send(method, path, body, headers: [("Idempotency-Key", key)])
                guard reply.status < 500 else { throw Failure(reply.refusal) }
            } catch {
                guard patience != nil else { throw Failure("\(method) \(path): \(error)") }
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
            let decisions = outcome.registrations.dropLast().map { _ in "rejected" } + ["approved"]
            let expected = zip(outcome.registrations, decisions).map { "\($0) \($1)" }
            let found = own(registrations).map { "\($0["id"]?.stringValue ?? "") \($0["status"]?.stringValue ?? "")" }
            #expect(found.sorted() == expected.sorted())
            #expect(own(responses).count == 1)
            #expect(own(members).count == 1)
            #expect(try await student.client.read("/profile")["data"]?["firstName"] == "Test")

            try await outcome.channel.wait(for: decisions.count)
            let inbox = try await Array(student.client.readAll("/notifications").reversed())  // oldest first
            #expect(inbox.map { $0["type"]?.stringValue ?? "" } == decisions.map { "society.registration.\($0)" })
            #expect(outcome.channel.received.map { $0["notification"]?["id"] } == inbox.map { $0["id"] })
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
    private let patience: Duration
    private var channel: LiveChannel?
    private(set) var received: [JSONValue] = []

    init(_ student: NewStudent, patience: Duration) {
        self.student = student
        self.patience = patience
    }

    func connect() async throws {
        let position = channel?.position
        channel = try await until(patience) { try? await student.liveChannel(resuming: position) }
    }

    /// Waits until it has received that many publications in all.
    func wait(for count: Int) async throws {
        try await until {
            do {
                while true { received.append(try await channel?.publication(within: .milliseconds(200)) ?? .null) }
            } catch is SocketStream.TimedOut {} catch is LiveChannel.Disconnected { try await connect() }
            return received.count >= count ? true : nil
        }
    }
}
