import Contracts
import Foundation

/// What the product is for, as a new student goes through it; prints every step and what came back.
struct MainJob: Sendable {
    let deployment: Deployment

    private struct Scene {
        let president: DemoAccount
        let university: String
        let society: String
        let form: String
    }

    func run() async throws {
        let scene = try scene()
        Console.standard.line("\nThe main job, through \(deployment.baseURL)\n")
        let number = Int.random(in: 0..<1_000_000)
        let digits = String(String(number + 1_000_000).dropFirst())
        let account = DemoAccount(
            email: "mei.\(UUID().uuidString.prefix(8).lowercased())@demo.rovierr.example",
            password: try Secrets(folder: deployment.home.secrets).value("demo-student")
        )
        var student = Steps(deployment.client())
        try await signIn(&student, account, scene)
        try await completeProfile(student, scene, studentNumber: "2026" + digits)
        let answers = try await answers(student, scene)
        let live = try await openLiveChannel(student)
        let registration = try await register(student, answers, scene)

        let president = try await deployment.signedIn(scene.president)
        let approvedAt = try await approve(Steps(president), registration, scene)
        let push = try await live.publication(within: .seconds(10))
        let delay = (ContinuousClock.now - approvedAt).milliseconds
        let type = try push["notification"]?.text("type") ?? "?"
        Steps.show("push on the live channel", "", "\(type), \(delay) ms after the approval was asked for")
        try live.close()
        guard type == "society.registration.approved" else { throw Failure("Another push was expected: \(push.text)") }
        try await lookBack(student, Steps(president), scene)
        Console.standard.line("\nThe main job is done.\n")
    }

    private func scene() throws -> Scene {
        guard let data = FileManager.default.contents(atPath: deployment.home.demoFile) else {
            throw Failure("The demo university is not there yet: rovierr seed")
        }
        let demo = try JSONParser.parse(Array(data))
        let president = demo["accounts"]?["president"] ?? .null
        return try Scene(
            president: DemoAccount(email: president.text("email"), password: president.text("password")),
            university: (demo["university"] ?? .null).text("id"),
            society: (demo["society"] ?? .null).text("id"),
            form: (demo["form"] ?? .null).text("id")
        )
    }

    private func signIn(_ student: inout Steps, _ account: DemoAccount, _ scene: Scene) async throws {
        var newcomer = account.credentials.objectValue ?? JSONObject()
        newcomer["name"] = "Mei Chan"
        newcomer["universityId"] = .string(scene.university)
        try await student.take("POST", "/auth/register", .object(newcomer)) { data in
            "account \(data["user"]?["email"]?.stringValue ?? "?")"
        }
        let session = try await student.take("POST", "/auth/login", account.credentials) { data in
            "access token for \(data["expiresIn"]?.intValue ?? 0) s, refresh token"
        }
        student = Steps(deployment.client(try session.text("accessToken")))
        try await student.take("GET", "/users/me") { user in
            "\(user["name"]?.stringValue ?? "?"), \(user["role"]?.stringValue ?? "?")"
        }
    }

    private func completeProfile(_ student: Steps, _ scene: Scene, studentNumber: String) async throws {
        func profile(_ number: String) -> JSONValue {
            [
                "firstName": "Mei", "lastName": "Chan", "studentId": .string(number), "yearOfStudy": 1,
                "universityId": .string(scene.university), "phone": "+852 2859 2111", "dietaryRequirements": "",
            ]
        }
        try await student.refused("PUT", "/profile", profile("1999-1"), status: 400)
        try await student.take("PUT", "/profile", profile(studentNumber)) { profile in
            "student number \(profile["studentId"]?.stringValue ?? "?"), "
                + (profile["studentIdVerified"] == true ? "verified by id-parser" : "not verified")
        }
    }

    /// Opens the form and fills in what the profile does not know.
    private func answers(_ student: Steps, _ scene: Scene) async throws -> JSONObject {
        let form = try await student.take("GET", "/forms/\(scene.form)") { form in
            "\(form["title"]?.stringValue ?? "?"), \(Self.questions(of: form).count) questions"
        }
        let autofill = try await student.take("GET", "/forms/\(scene.form)/autofill") { fields in
            "\(fields.objectValue?.members.count ?? 0) answers filled from the profile"
        }
        var answers = JSONObject()
        for question in Self.questions(of: form) {
            let id = try question.text("id")
            answers[id] = autofill[id]?["value"] ?? DemoForm.answer(to: question)
        }
        return answers
    }

    private static func questions(of form: JSONValue) -> [JSONValue] {
        (form["pages"]?.arrayValue ?? []).flatMap { $0["questions"]?.arrayValue ?? [] }
    }

    private func openLiveChannel(_ student: Steps) async throws -> LiveChannel {
        let token = try await student.take("POST", "/realtime/token", [:]) {
            "valid until \($0["expiresAt"]?.stringValue ?? "?")"
        }
        let live = try await LiveChannel(
            host: deployment.host,
            port: deployment.port,
            token: token.text("token")
        )
        Steps.show("connect /connection/websocket", "101", "subscribed to \(live.position?.channel ?? "nothing")")
        return live
    }

    private func register(_ student: Steps, _ answers: JSONObject, _ scene: Scene) async throws -> String {
        let path = "/societies/\(scene.society)/registrations"
        let registration = try await student.take("POST", path, ["answers": .object(answers)]) { registration in
            "registration is \(registration["status"]?.stringValue ?? "?")"
        }
        return try registration.text("id")
    }

    private func approve(
        _ president: Steps,
        _ registration: String,
        _ scene: Scene
    ) async throws -> ContinuousClock.Instant {
        let path = "/societies/\(scene.society)/registrations"
        try await president.take("GET", path + "?status=pending&sort=-createdAt&limit=5") { list in
            "the president sees \(list.first("id", registration) == nil ? "others" : "it")"
        }
        let start = ContinuousClock.now
        try await president.take("POST", "\(path)/\(registration)/approve", [:]) { registration in
            "registration is \(registration["status"]?.stringValue ?? "?")"
        }
        return start
    }

    private func lookBack(_ student: Steps, _ president: Steps, _ scene: Scene) async throws {
        let me = try await student.client.expect("GET", "/users/me").text("id")
        try await student.take("GET", "/notifications?unread=true") { list in
            "inbox: \(list.arrayValue?.first?["title"]?.stringValue ?? "empty")"
        }
        var isMember = false
        try await president.take("GET", "/societies/\(scene.society)/members?sort=-joinedAt&limit=5") { list in
            let member = list.first("userId", me)
            isMember = member != nil
            return member.map { "\($0["name"]?.stringValue ?? me) is a \($0["role"]?.stringValue ?? "?")" }
                ?? "not listed"
        }
        guard isMember else { throw Failure("The student is not among the society's members") }
    }
}

/// Calls of the API, each shown in a line with what came back.
struct Steps: Sendable {
    let client: APIClient

    init(_ client: APIClient) { self.client = client }

    @discardableResult
    func take(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        _ tell: (JSONValue) -> String
    ) async throws -> JSONValue {
        let (reply, time) = try await timed(method, path, body)
        guard 200..<300 ~= reply.status else { throw Failure("\(method) \(path): \(reply.refusal)") }
        Self.show("\(method) \(path)", "\(reply.status)  \(time)", tell(reply.data))
        return reply.data
    }

    /// Does what is not right, and shows how it is refused.
    func refused(_ method: String, _ path: String, _ body: JSONValue, status: Int) async throws {
        let (reply, time) = try await timed(method, path, body)
        guard reply.status == status else { throw Failure("\(method) \(path): \(reply.status) instead of \(status)") }
        let detail = reply.json["error"]?["details"]?.arrayValue?.first
        let text = detail.map { "\($0["field"]?.stringValue ?? "?"): \($0["message"]?.stringValue ?? "?")" }
        Self.show("\(method) \(path)", "\(reply.status)  \(time)", text ?? reply.refusal)
    }

    private func timed(_ method: String, _ path: String, _ body: JSONValue?) async throws -> (HTTPReply, String) {
        let start = ContinuousClock.now
        let reply = try await client.send(method, path, body)
        return (reply, "\((ContinuousClock.now - start).milliseconds) ms")
    }

    /// Ids are cut short, so that a line stays a line.
    static func show(_ call: String, _ result: String, _ text: String) {
        let path = call.prefix { $0 != "?" }
        let short = path.replacing(/[0-9a-f]{8}-[0-9a-f-]{23}([0-9a-f]{4})/) { "…\($0.output.1)" }
        Console.standard.line("  " + Table.row([String(short), result, text], widths: [52, 12]))
    }
}
