import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Checks that access ends with its reason, on every service and live connection.
    ///
    /// The promise is two seconds. A busy machine may take longer to propagate an end, so the tests wait longer, though
    /// far less than the 15 minutes after which tokens expire by themselves.
    @Suite("What ends with an office, a society, a session or a key", .timeLimit(.minutes(10)))
    struct LossTests {
        private static let limit = Duration.seconds(15)
        /// Keeps below the rate limits.
        private static let pause = Duration.milliseconds(100)

        // MARK: Offices and societies

        /// Reasons that end a person's position in a society.
        enum SocietyLoss: String, CaseIterable, Sendable {
            case demoted, removed, left, suspended, archived, deleted
        }

        /// The person who calls.
        enum Person: String, Sendable {
            case officer, member
        }

        /// An operation of a service, and the losses after which it is refused.
        struct SocietyRight: Sendable {
            let person: Person
            let method: String
            let path: String
            var body: JSONValue?
            let endedBy: Set<SocietyLoss>
            /// Text that the reply shows while access holds, for a list that is always answered.
            var shown: String?
        }

        /// The table of officers' and members' operations × losses.
        private static func rights(_ cast: Cast) -> [SocietyRight] {
            let society = "/societies/\(cast.society)"
            let (form, draft) = ("/forms/\(cast.form)", "/forms/\(cast.draft)")
            let office: Set<SocietyLoss> = [.demoted, .removed, .left, .deleted]
            let membership: Set<SocietyLoss> = [.removed, .left, .deleted]
            let standing: Set<SocietyLoss> = [.suspended, .archived, .deleted]
            let list = "/forms?limit=100&entityId=\(cast.society)"
            let answers: JSONValue = ["answers": .object(JSONObject([(cast.question, true)]))]
            return [
                // Officers' rights, in societies and in forms.
                .officer("PATCH", society, ["description": "Wednesdays"], office.union([.archived])),
                .officer("GET", society + "/registrations", nil, office),
                .officer("PUT", society + "/registration", cast.registration, office.union([.archived])),
                .officer("GET", draft, nil, office),
                .officer("PATCH", draft, ["title": "Another title"], office.union([.archived])),
                .officer("GET", form + "/responses", nil, office),
                .officer("GET", form + "/responses.csv", nil, office),
                .officer("GET", "\(form)/responses/\(cast.response)", nil, office),
                .officer("POST", "/forms", Cast.form(of: cast.society), office.union([.suspended, .archived])),
                .officer("POST", draft + "/duplicate", [:], office.union([.archived])),
                .officer("GET", list, nil, office, shown: cast.draft),
                // Rights that officers have as members.
                .officer("GET", society, nil, membership),
                .officer("GET", society + "/members", nil, membership),
                .officer("GET", form, nil, membership),
                // Members' rights in a society that is hidden from others.
                .member("GET", society, nil, [.deleted]),
                .member("GET", society + "/members", nil, [.deleted]),
                .member("GET", society + "/registration", nil, [.deleted]),
                .member("GET", form, nil, standing),
                .member("GET", form + "/autofill", nil, standing),
                .member("POST", form + "/responses", answers, standing),
                .member("GET", list, nil, standing, shown: cast.form),
            ]
        }

        @Test("Operations of an officer and a member", arguments: SocietyLoss.allCases)
        func societies(loss: SocietyLoss) async throws {
            let system = try await TestSystem.shared()
            let cast = try await Cast(system)
            let rights = Self.rights(cast)
            for right in rights {
                let refusal = try await cast.refusal(of: right)
                #expect(refusal == nil, "\(right.name) before: \(refusal ?? "")")
            }
            let channel = try await cast.officer.liveChannel()
            try await cast.inflict(loss)
            let start = ContinuousClock.now
            // Creating calls come last, since they create something until they are refused.
            let ended = rights.filter { $0.endedBy.contains(loss) }
            for rights in [ended.filter { $0.method != "POST" }, ended.filter { $0.method == "POST" }] {
                try await withThrowingTaskGroup { group in
                    for right in rights {
                        group.addTask {
                            do {
                                try await until(Self.limit, every: Self.pause) { try await cast.refusal(of: right) }
                            } catch is WaitedInVain { Issue.record("\(right.name) goes on after \(loss)") }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            Self.report("\(loss)", .now - start)
            for right in rights where !right.endedBy.contains(loss) {
                let refusal = try await cast.refusal(of: right)
                #expect(refusal == nil, "\(right.name) after \(loss): \(refusal ?? "")")
            }
            // The connection belongs to the person: it shows what the person may see, and ends with the session.
            try await channel.ping(within: Self.limit)
        }

        // MARK: Sessions, keys and accounts

        /// Reasons that end a credential's access.
        enum CredentialLoss: String, CaseIterable, Sendable {
            case signedOut, signedOutEverywhere, sessionEnded, passwordChanged, roleTaken
            case keyDeleted, keyExpired, keyEndedByPassword, keyEndedBySigningOut, keyEndedByRole

            var isOfKey: Bool { rawValue.hasPrefix("key") }
        }

        /// Calls by an administrator's session or key, at each service.
        private static func calls(
            _ department: String,
            isKey: Bool
        ) -> [(method: String, path: String, body: JSONValue?)] {
            let ofBoth: [(String, String, JSONValue?)] = [
                ("GET", "/users/me", nil), ("GET", "/users?limit=1", nil), ("GET", "/profile", nil),
                ("GET", "/api-keys", nil), ("GET", "/auth/sessions", nil),
                ("GET", "/forms?limit=1", nil), ("GET", "/profile-updates", nil),
                ("POST", "/forms", ["title": "Survey", "entityType": "survey"]),
                ("PATCH", "/departments/\(department)", ["name": "Mathematics"]),
                ("GET", "/id-patterns", nil),
                ("GET", "/notifications", nil), ("POST", "/realtime/token", [:]),
            ]
            return isKey ? ofBoth : ofBoth + [("POST", "/societies", ["name": .string("Society \(UUID())")])]
        }

        private static let scopes: [String] = [
            "forms:write", "forms:read", "users:read", "academic:write", "id-patterns:write", "profile:read",
            "sessions:read", "api-keys:read", "profile-updates:read", "notifications:read", "realtime:connect",
            "societies:read", "societies:write",
        ]

        @Test("Operations and live connection of a session or an API key", arguments: CredentialLoss.allCases)
        func credentials(loss: CredentialLoss) async throws {
            let system = try await TestSystem.shared()
            let root = try await system.signIn(system.platformAdmin)
            let person = try await NewStudent.register(in: system)
            try await root.expect("PUT", "/users/\(person.id)/role", ["role": "admin"])
            let department = try await root.expect(
                "POST",
                "/departments",
                [
                    "universityId": .string(system.university), "name": "Mathematics",
                    "code": .string("D" + UUID().uuidString.prefix(8)),
                ]
            ).text("id")
            let session = try await system.signIn(person.account)
            var caller = Caller(client: session)
            var (key, expiry): (String, Timestamp?) = ("", nil)
            if loss.isOfKey {
                if loss == .keyExpired { expiry = Timestamp.now() + .seconds(12) }
                var request = JSONObject([("name", "Key"), ("scopes", .array(Self.scopes.map { .string($0) }))])
                request["expiresAt"] = expiry.map { .string($0.description) }
                let made = try await session.expect("POST", "/api-keys", .object(request))
                key = try made.text("id")
                caller = Caller(client: system.anonymous, headers: [("X-API-Key", try made.text("key"))])
            }
            let calls = Self.calls(department, isKey: loss.isOfKey)
            for (method, path, body) in calls {
                let reply = try await caller.send(method, path, body)
                #expect(200..<300 ~= reply.status, "\(method) \(path) before: \(reply.refusal)")
            }
            let token = try await caller.send("POST", "/realtime/token", [:]).data.text("token")
            let channel = try await LiveChannel(port: system.port, token: token)

            switch loss {
            case .signedOut: try await session.expect("POST", "/auth/logout", ["scope": "current"])
            case .signedOutEverywhere, .keyEndedBySigningOut: try await session.expect("POST", "/auth/logout", [:])
            case .sessionEnded:
                let other = try await system.signIn(person.account)
                let sessions = try await other.expect("GET", "/auth/sessions?sort=-createdAt").arrayValue ?? []
                let mine = try sessions.first { $0["current"] == false }?.text("id") ?? ""
                try await other.expect("DELETE", "/auth/sessions/\(mine)")
            case .passwordChanged, .keyEndedByPassword:
                try await session.expect(
                    "POST",
                    "/auth/change-password",
                    ["currentPassword": .string(person.account.password), "newPassword": "seven slow herons at dawn"]
                )
            case .roleTaken, .keyEndedByRole:
                try await root.expect("PUT", "/users/\(person.id)/role", ["role": "student"])
            case .keyDeleted: try await session.expect("DELETE", "/api-keys/\(key)")
            case .keyExpired:
                try await until(.seconds(60)) { expiry.map { Timestamp.now() >= $0 } == true ? true : nil }
            }
            let start = ContinuousClock.now
            try await withThrowingTaskGroup { [caller] group in
                for (method, path, body) in calls {
                    group.addTask {
                        do {
                            try await until(Self.limit, every: Self.pause) {
                                try await caller.send(method, path, body).status == 401 ? true : nil
                            }
                        } catch is WaitedInVain { Issue.record("\(method) \(path) goes on after \(loss)") }
                    }
                }
                try await group.waitForAll()
            }
            let code = try await channel.disconnection(within: Self.limit)
            #expect((3_500..<4_000).contains(code), "the client is not to connect again")
            Self.report("\(loss)", .now - start)
            await #expect(throws: (any Error).self, "a token from before opens nothing") {
                _ = try await LiveChannel(port: system.port, token: token)
            }
        }

        /// Prints the time until all access had ended.
        private static func report(_ loss: String, _ time: Duration) {
            print("After \(loss) everything had ended within \(time.milliseconds) ms")
        }
    }
}

/// A person with a session or an API key.
private struct Caller: Sendable {
    let client: APIClient
    var headers: [(String, String)] = []

    func send(_ method: String, _ path: String, _ body: JSONValue?) async throws -> HTTPReply {
        try await client.send(method, path, body, headers: headers)
    }
}

/// A society visible to its members only, with an officer, a member, a published form and a draft.
private struct Cast: Sendable {
    let president: NewStudent
    let officer: NewStudent
    let member: NewStudent
    let moderator: APIClient
    let society: String
    let form: String
    let question: String
    let response: String
    let draft: String
    let registration: JSONValue

    init(_ system: TestSystem) async throws {
        moderator = try await system.signIn(system.platformAdmin)
        president = try await NewStudent.register(in: system)
        officer = try await NewStudent.register(in: system)
        member = try await NewStudent.register(in: system)
        let chief = president.client
        society = try await chief.expect(
            "POST",
            "/societies",
            ["name": .string("Society \(UUID().uuidString)"), "visibility": "public"]
        ).text("id")
        try await moderator.expect("POST", "/societies/\(society)/approve", [:])

        let joining = try await Self.publish(Self.form(of: society), chief)
        registration = ["formId": .string(joining.form), "requiresApproval": false]
        try await chief.expect("PUT", "/societies/\(society)/registration", registration)
        for person in [officer, member] {
            let answers: JSONValue = ["answers": .object(JSONObject([(joining.question, true)]))]
            try await person.client.expect("POST", "/societies/\(society)/registrations", answers)
        }
        try await chief.expect("PATCH", "/societies/\(society)/members/\(officer.id)", ["role": "admin"])
        try await chief.expect("PATCH", "/societies/\(society)", ["visibility": "members"])
        (form, question) = try await Self.publish(Self.form(of: society), officer.client)
        draft = try await officer.client.expect("POST", "/forms", Self.form(of: society)).text("id")
        let answers: JSONValue = ["answers": .object(JSONObject([(question, true)]))]
        response = try await president.client.expect("POST", "/forms/\(form)/responses", answers).text("id")
    }

    static func form(of society: String) -> JSONValue {
        [
            "title": "A question", "entityType": "society", "entityId": .string(society),
            "pages": [["title": "Page", "questions": [["type": "yes-no", "title": "Will you come?"]]]],
        ]
    }

    private static func publish(_ form: JSONValue, _ client: APIClient) async throws -> (form: String, question: String)
    {
        let made = try await client.expect("POST", "/forms", form)
        let id = try made.text("id")
        try await client.expect("POST", "/forms/\(id)/publish", [:])
        let page = made["pages"]?.arrayValue?.first
        return (id, try (page?["questions"]?.arrayValue?.first ?? .null).text("id"))
    }

    func inflict(_ loss: EndToEnd.LossTests.SocietyLoss) async throws {
        let (chief, path) = (president.client, "/societies/\(society)")
        switch loss {
        case .demoted: try await chief.expect("PATCH", "\(path)/members/\(officer.id)", ["role": "member"])
        case .removed: try await chief.expect("DELETE", "\(path)/members/\(officer.id)")
        case .left: try await officer.client.expect("POST", path + "/leave", [:])
        case .suspended: try await moderator.expect("POST", path + "/suspend", [:])
        case .archived: try await moderator.expect("POST", path + "/archive", [:])
        case .deleted: try await chief.expect("DELETE", path)
        }
    }

    /// The refusal of an operation; `nil` while it is permitted.
    func refusal(of right: EndToEnd.LossTests.SocietyRight) async throws -> String? {
        let client = right.person == .officer ? officer.client : member.client
        let reply = try await client.send(right.method, right.path, right.body)
        guard 200..<300 ~= reply.status else {
            if ![401, 403, 404, 409].contains(reply.status) {
                Issue.record("\(right.name) is answered \(reply.refusal)")
            }
            return reply.refusal
        }
        guard let shown = right.shown else { return nil }
        return String(decoding: reply.body, as: UTF8.self).contains(shown) ? nil : "the list lacks it"
    }
}

extension EndToEnd.LossTests.SocietyRight {
    var name: String { "\(person): \(method) \(path)" }

    static func officer(
        _ method: String,
        _ path: String,
        _ body: JSONValue?,
        _ endedBy: Set<EndToEnd.LossTests.SocietyLoss>,
        shown: String? = nil
    ) -> Self {
        Self(person: .officer, method: method, path: path, body: body, endedBy: endedBy, shown: shown)
    }

    static func member(
        _ method: String,
        _ path: String,
        _ body: JSONValue?,
        _ endedBy: Set<EndToEnd.LossTests.SocietyLoss>,
        shown: String? = nil
    ) -> Self {
        Self(person: .member, method: method, path: path, body: body, endedBy: endedBy, shown: shown)
    }
}
