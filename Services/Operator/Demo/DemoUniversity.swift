import Contracts
import Foundation

/// A university to try everything on: accounts, a society and its registration form.
///
/// Made once, found again afterwards.
struct DemoUniversity: Sendable {
    let deployment: Deployment

    static let code = "DEMO"

    /// Makes what is missing and writes `demo.json`.
    func seed() async throws {
        let admin = try account("platform-admin")
        try await ensure(admin, name: "Robin Platform", role: "platform-admin", university: nil)
        let administrator = try await deployment.signedIn(admin)
        let university = try await university(administrator)
        try await departments(of: university, administrator)
        try await studentNumbers(administrator)

        let (president, student) = try (account("president"), account("student"))
        try await ensure(president, name: "Priya President", role: "student", university: university)
        try await ensure(student, name: "Sam Student", role: "student", university: university)
        try await profile(of: student)
        let officer = try await deployment.signedIn(president)
        let society = try await society(officer, administrator)
        let form = try await registrationForm(of: society, officer)

        let accounts: JSONValue = [
            "platformAdmin": admin.credentials, "president": president.credentials, "student": student.credentials,
        ]
        let demo: JSONValue = [
            "baseUrl": .string(deployment.baseURL), "accounts": accounts,
            "university": ["id": .string(university), "code": .string(Self.code)],
            "society": ["id": .string(society)], "form": ["id": .string(form)],
        ]
        try write(Array("\(demo.indented())\n".utf8), to: deployment.home.demoFile, mode: 0o600)
        Console.standard.line("  the demo university is there; its accounts and ids: \(deployment.home.demoFile)")
    }

    private func account(_ name: String) throws -> DemoAccount {
        DemoAccount(
            email: "\(name)@demo.rovierr.example",
            password: try Secrets(folder: deployment.home.secrets).value("demo-\(name)")
        )
    }

    /// Opens an account as only services may: somebody has to be the first administrator.
    private func ensure(_ account: DemoAccount, name: String, role: String, university: String?) async throws {
        var fields = JSONObject([
            ("email", .string(account.email)), ("password", .string(account.password)), ("name", .string(name)),
            ("role", .string(role)),
        ])
        fields["universityId"] = university.map { .string($0) }
        let mesh = try OperatorMesh(deployment)
        _ = try await mesh.call("auth.users.ensure", .object(fields))
        await mesh.close()
    }

    /// Fills the profile unless its owner has written one, so that a form can be filled from it.
    private func profile(of student: DemoAccount) async throws {
        let client = try await deployment.signedIn(student)
        guard try await client.expect("GET", "/profile")["revision"]?.intValue == 0 else { return }
        try await client.expect(
            "PUT",
            "/profile",
            [
                "firstName": "Sam", "lastName": "Student", "preferredName": "Sam", "studentId": "2024000123",
                "yearOfStudy": 2, "phone": "+852 2859 2111", "dietaryRequirements": "Vegetarian",
                "interests": ["chess", "hiking"],
            ]
        )
    }

    private func university(_ administrator: APIClient) async throws -> String {
        let known = try await administrator.expect("GET", "/universities?limit=100&q=\(Self.code)")
        if let found = known.first("code", Self.code) { return try found.text("id") }
        let made = try await administrator.expect(
            "POST",
            "/universities",
            [
                "name": "Rovierr Demo University", "code": .string(Self.code), "city": "Hong Kong",
                "country": "Hong Kong",
                "timeZone": "Asia/Hong_Kong",
            ]
        )
        return try made.text("id")
    }

    private func departments(of university: String, _ administrator: APIClient) async throws {
        let known = try await administrator.expect("GET", "/departments?limit=100&universityId=\(university)")
        guard known.first("code", "CS") == nil else { return }
        let department = try await administrator.expect(
            "POST",
            "/departments",
            ["universityId": .string(university), "name": "Computer Science", "code": "CS"]
        )
        try await administrator.expect(
            "POST",
            "/programs",
            [
                "departmentId": .string(department.text("id")), "name": "BSc in Computer Science", "degree": "Bachelor",
                "duration": 4,
            ]
        )
    }

    /// What a student number looks like here: the year of entry, then six digits.
    private func studentNumbers(_ administrator: APIClient) async throws {
        let known = try await administrator.expect("GET", "/id-patterns?limit=100&universityCode=\(Self.code)")
        guard known.arrayValue?.isEmpty != false else { return }
        try await administrator.expect(
            "POST",
            "/id-patterns",
            [
                "universityCode": .string(Self.code), "name": "Student card",
                "pattern": #"(?P<year>20\d{2})(?P<sequence>\d{6})"#,
                "checksum": "none", "examples": ["accept": ["2024000123"], "reject": ["1999000123", "20240001"]],
                "priority": 1, "isActive": true,
            ]
        )
    }

    private func society(_ president: APIClient, _ administrator: APIClient) async throws -> String {
        let known = try await president.expect("GET", "/societies?limit=100&q=Chess")
        var society = known.first("slug", "demo-chess-society")
        if society == nil {
            society = try await president.expect(
                "POST",
                "/societies",
                [
                    "name": "Demo Chess Society", "slug": "demo-chess-society", "visibility": "public",
                    "description": "Plays every Thursday evening; beginners are welcome.",
                ]
            )
        }
        guard let society else { throw Failure("The demo society could not be made") }
        let id = try society.text("id")
        if society["status"] == "pending" { try await administrator.expect("POST", "/societies/\(id)/approve", [:]) }
        return id
    }

    private func registrationForm(of society: String, _ president: APIClient) async throws -> String {
        let settings = try await president.send("GET", "/societies/\(society)/registration")
        if settings.status == 200 { return try settings.data.text("formId") }
        let form = try await president.expect("POST", "/forms", DemoForm.definition(for: society)).text("id")
        try await president.expect("POST", "/forms/\(form)/publish", [:])
        try await president.expect(
            "PUT",
            "/societies/\(society)/registration",
            ["formId": .string(form), "requiresApproval": true, "capacity": 100_000]
        )
        return form
    }
}

extension JSONValue {
    /// The first of a list's objects with that text under that name.
    func first(_ name: String, _ text: String) -> JSONValue? {
        arrayValue?.first { $0[name]?.stringValue == text }
    }
}
