import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("The main job")
    struct MainJobTests {
        @Test("A student registers for a society, is approved, hears of it within a second and is a member")
        func mainJob() async throws {
            let system = try await TestSystem.shared()
            let student = try await NewStudent.register(in: system)
            let profile = try await student.client.expect("PUT", "/profile", NewStudent.profile())
            #expect(profile["studentIdVerified"] == true)
            let answers = try await student.answers(to: system.form)
            #expect(answers.objectValue?.members.count ?? 0 >= 8)
            let live = try await student.liveChannel()
            #expect(live.position?.channel == "user:#\(student.id)")

            let registrations = "/societies/\(system.society)/registrations"
            let registration = try await student.client.expect("POST", registrations, ["answers": answers])
            #expect(registration["status"] == "pending")

            let president = try await system.signIn(system.president)
            let start = ContinuousClock.now
            let decided = try await president.expect("POST", "\(registrations)/\(registration.text("id"))/approve", [:])
            let push = try await live.publication(within: .seconds(5))
            let delay = ContinuousClock.now - start
            #expect(decided["status"] == "approved")
            #expect(delay < .seconds(1))

            let notification = try #require(push["notification"])
            #expect(push["type"] == "notification")
            #expect(notification["type"] == "society.registration.approved")
            #expect(notification["data"]?["societyId"] == .string(system.society))
            #expect(notification["data"]?["registrationId"] == registration["id"])

            let inbox = try await student.client.expect("GET", "/notifications?unread=true")
            #expect(inbox.arrayValue?.map { $0["id"] } == [notification["id"]])
            #expect(try await student.client.expect("GET", "/notifications/unread-count")["count"] == 1)
            let members = try await president.expect("GET", "/societies/\(system.society)/members?sort=-joinedAt")
            #expect(members.first("userId", student.id)?["role"] == "member")
        }

        @Test("The centrifuge client of Python connects, is subscribed and receives the approval")
        func centrifugeClient() async throws {
            let system = try await TestSystem.shared()
            let student = try await NewStudent.register(in: system)
            try await student.client.expect("PUT", "/profile", NewStudent.profile())
            let token = try await student.client.expect("POST", "/realtime/token", [:]).text("token")
            let output = system.home.logFile(of: "centrifuge-\(student.id)")
            let url = "ws://127.0.0.1:\(system.port)/connection/websocket"
            let client = try ChildProcess(
                [PythonPeer.interpreter, PythonPeer.path(of: "centrifuge_client.py"), url, token],
                output: output
            )
            defer { client.signal(SIGKILL) }
            func line(_ event: String) -> JSONValue? {
                let lines = (readText(output) ?? "").split(separator: "\n").compactMap {
                    try? JSONParser.parse(Array($0.utf8))
                }
                return lines.first { $0["event"]?.stringValue == event }
            }
            let subscribed = try await until { line("subscribed") }
            #expect(subscribed["channel"] == .string("user:#\(student.id)"))

            let registrations = "/societies/\(system.society)/registrations"
            let answers = try await student.answers(to: system.form)
            let registration = try await student.client.expect("POST", registrations, ["answers": answers]).text("id")
            let president = try await system.signIn(system.president)
            try await president.expect("POST", "\(registrations)/\(registration)/approve", [:])

            let publication = try await until { line("publication") }
            #expect(publication["data"]?["notification"]?["type"] == "society.registration.approved")
            #expect(publication["data"]?["notification"]?["data"]?["registrationId"] == .string(registration))
            #expect(await client.waitForEnd() == .exited(0))
        }

        @Test("Two officers approve at once, and the student is approved once")
        func approvalHappensOnce() async throws {
            let system = try await TestSystem.shared()
            let student = try await NewStudent.register(in: system)
            try await student.client.expect("PUT", "/profile", NewStudent.profile())
            let registrations = "/societies/\(system.society)/registrations"
            let answers = try await student.answers(to: system.form)
            let registration = try await student.client.expect("POST", registrations, ["answers": answers]).text("id")
            let president = try await system.signIn(system.president)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await president.send("POST", "\(registrations)/\(registration)/approve", [:]).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted()
            }
            #expect(statuses == [200] + Array(repeating: 409, count: 7))
            try await until {
                try await student.client.expect("GET", "/notifications/unread-count")["count"] == 1 ? true : nil
            }
        }
    }
}
