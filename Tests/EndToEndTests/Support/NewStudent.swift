import Contracts
import Foundation

@testable import Operator

/// Somebody who has an account, a session and a profile, and is no member of anything.
struct NewStudent: Sendable {
    let id: String
    let account: DemoAccount
    let client: APIClient
    /// What the reply to signing in carried.
    let refreshToken: String

    /// Opens the account and signs in.
    static func register(in system: TestSystem, university: String? = nil) async throws -> NewStudent {
        let account = DemoAccount(
            email: "student.\(UUID().uuidString.lowercased())@demo.rovierr.example",
            password: "correct horse \(UUID().uuidString)"
        )
        let session = try await system.anonymous.expect(
            "POST",
            "/auth/register",
            newcomer(account, university: university ?? system.university)
        )
        return NewStudent(
            id: try (session["user"] ?? .null).text("id"),
            account: account,
            client: APIClient(port: system.port, accessToken: try session.text("accessToken")),
            refreshToken: try session.text("refreshToken")
        )
    }

    static func newcomer(_ account: DemoAccount, university: String) -> JSONValue {
        [
            "email": .string(account.email), "password": .string(account.password), "name": "Test Student",
            "universityId": .string(university),
        ]
    }

    /// A profile that fills the demo form; every call has another student number.
    static func profile() -> JSONValue {
        [
            "firstName": "Test", "lastName": "Student", "yearOfStudy": 2,
            "studentId": .string("2025" + String(String(Int.random(in: 1_000_000..<2_000_000)).dropFirst())),
            "dietaryRequirements": "",
        ]
    }

    /// Answers to every question of the demo form: from the profile where it knows one, else by hand.
    func answers(to form: String) async throws -> JSONValue {
        let pages = try await client.expect("GET", "/forms/\(form)")["pages"]?.arrayValue ?? []
        let autofill = try await client.expect("GET", "/forms/\(form)/autofill")
        var answers = JSONObject()
        for question in pages.flatMap({ $0["questions"]?.arrayValue ?? [] }) {
            let id = try question.text("id")
            answers[id] = autofill[id]?["value"] ?? DemoForm.answer(to: question)
        }
        return .object(answers)
    }

    func liveChannel(resuming position: LiveChannel.Position? = nil) async throws -> LiveChannel {
        let token = try await client.expect("POST", "/realtime/token", [:]).text("token")
        return try await LiveChannel(port: client.port, token: token, resuming: position)
    }
}
