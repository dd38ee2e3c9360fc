import Contracts
import Foundation
import Postgres
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Two universities")
    struct TenancyTests {
        /// A university with a president, a society and a form of it.
        private struct Campus {
            let president: NewStudent
            let society: String
            let form: String

            static func make(in system: TestSystem) async throws -> Campus {
                let administrator = try await system.signIn(system.platformAdmin)
                let code = "T" + UUID().uuidString.prefix(8)
                let university = try await administrator.expect(
                    "POST",
                    "/universities",
                    [
                        "name": .string("University \(code)"), "code": .string(code), "city": "Macau",
                        "country": "Macau", "timeZone": "Asia/Macau",
                    ]
                ).text("id")
                let president = try await NewStudent.register(in: system, university: university)
                let society = try await president.client.expect(
                    "POST",
                    "/societies",
                    ["name": .string("Society \(code)"), "visibility": "public"]
                ).text("id")
                try await administrator.expect("POST", "/societies/\(society)/approve", [:])
                let form = try await president.client.expect("POST", "/forms", DemoForm.definition(for: society)).text(
                    "id"
                )
                try await president.client.expect("POST", "/forms/\(form)/publish", [:])
                try await president.client.expect(
                    "PUT",
                    "/societies/\(society)/registration",
                    ["formId": .string(form)]
                )
                return Campus(president: president, society: society, form: form)
            }

            /// From now on its members alone see the society.
            func hide() async throws {
                try await president.client.expect("PATCH", "/societies/\(society)", ["visibility": "members"])
            }
        }

        // MARK: Through the API

        @Test("Nobody reads or changes what belongs to another university, whatever ids are guessed")
        func guessedIds() async throws {
            let system = try await TestSystem.shared()
            let theirs = try await Campus.make(in: system)
            let applicant = try await NewStudent.register(
                in: system,
                university: try await universityOf(theirs, system)
            )
            let answers = try await applicant.profiledAnswers(to: theirs.form)
            let registrations = "/societies/\(theirs.society)/registrations"
            let registration = try await applicant.client.expect("POST", registrations, ["answers": answers]).text("id")
            let response = try await theirs.president.client.expect("GET", "/forms/\(theirs.form)/responses")
                .arrayValue?.first?.text("id")
            try await theirs.hide()
            let before = try await snapshot(theirs)

            let stranger = try await system.signIn(system.president)  // a president too, elsewhere
            let (society, form) = ("/societies/\(theirs.society)", "/forms/\(theirs.form)")
            let calls: [(String, String, JSONValue?)] = [
                ("GET", society, nil), ("PUT", society, ["name": "Mine"]), ("PATCH", society, ["name": "Mine"]),
                ("DELETE", society, nil), ("GET", society + "/members", nil), ("GET", society + "/registration", nil),
                ("PUT", society + "/registration", ["formId": .string(system.form)]), ("GET", registrations, nil),
                ("POST", registrations, ["answers": answers]),
                ("POST", "\(registrations)/\(registration)/approve", [:]),
                ("POST", "\(registrations)/\(registration)/reject", [:]), ("POST", society + "/leave", [:]),
                ("POST", society + "/transfer-presidency", ["userId": .string(applicant.id)]),
                ("PATCH", "\(society)/members/\(theirs.president.id)", ["role": "member"]),
                ("DELETE", "\(society)/members/\(theirs.president.id)", nil),
                ("GET", form, nil), ("PATCH", form, ["title": "Mine"]), ("DELETE", form, nil),
                ("POST", form + "/close", [:]),
                ("POST", form + "/duplicate", [:]), ("GET", form + "/autofill", nil), ("GET", form + "/responses", nil),
                ("POST", form + "/responses", ["answers": answers]),
                ("GET", "\(form)/responses/\(response ?? "")", nil),
                ("DELETE", "\(form)/responses/\(response ?? "")", nil),
                ("GET", "/users/\(applicant.id)", nil), ("PUT", "/users/\(applicant.id)/role", ["role": "admin"]),
            ]
            for (method, path, body) in calls {
                let reply = try await stranger.send(method, path, body)
                #expect([403, 404].contains(reply.status), "\(method) \(path): \(reply.refusal)")
                #expect(!String(decoding: reply.body, as: UTF8.self).contains(applicant.account.email))
            }
            #expect(try await snapshot(theirs) == before)
        }

        @Test("Lists show one's own university alone")
        func lists() async throws {
            let system = try await TestSystem.shared()
            let theirs = try await Campus.make(in: system)
            let stranger = try await system.signIn(system.president)
            for path in ["/societies?limit=100", "/forms?limit=100", "/users?limit=100"] {
                let reply = try await stranger.send("GET", path)
                let text = String(decoding: reply.body, as: UTF8.self)
                #expect(
                    !text.contains(theirs.society) && !text.contains(theirs.form) && !text.contains(theirs.president.id)
                )
            }
        }

        // MARK: Straight in SQL

        @Test("As a service's role, SQL shows the rows of the tenant that is set, and nothing without one")
        func rowLevelSecurity() async throws {
            let system = try await TestSystem.shared()
            let theirs = try await Campus.make(in: system)
            try await theirs.hide()
            let id = try #require(PostgresUUID(theirs.society))
            let mine = try #require(PostgresUUID(system.university))
            try await system.withDatabase(of: "societies") { database in
                func count(_ scope: TenantScope) async throws -> Int {
                    try await database.one("SELECT count(*) FROM societies WHERE id = \(id)", scope: scope)[0]
                }
                #expect(try await count(.tenant(mine)) == 0)
                #expect(try await count(.none) == 0)
                #expect(try await count(.platform) == 1)
                let changed = try await database.execute(
                    "UPDATE societies SET name = 'Mine' WHERE id = \(id)",
                    scope: .tenant(mine)
                )
                #expect(changed == 0)
            }
        }

        @Test("A service's role can neither read another's schema nor step out of row-level security")
        func schemas() async throws {
            let system = try await TestSystem.shared()
            try await system.withDatabase(of: "forms") { database in
                for sql: SQL in [
                    "SELECT id FROM auth.users", "SELECT id FROM societies.societies", "CREATE TABLE forms.mine ()",
                ] {
                    await #expect(throws: PostgresError.self) { try await database.execute(sql, scope: .platform) }
                }
                let privileged: Int = try await database.one(
                    "SELECT count(*) FROM pg_roles WHERE rolname IN ('auth','academic','id_parser','forms','societies','notifier') AND (rolbypassrls OR rolsuper)",
                    scope: .none
                )[0]
                #expect(privileged == 0)
            }
        }

        private func universityOf(_ campus: Campus, _ system: TestSystem) async throws -> String {
            try await campus.president.client.expect("GET", "/users/me").text("tenantId")
        }

        /// What a stranger might have changed.
        private func snapshot(_ campus: Campus) async throws -> [JSONValue] {
            let president = campus.president.client
            return [
                try await president.expect("GET", "/societies/\(campus.society)"),
                try await president.expect("GET", "/societies/\(campus.society)/members"),
                try await president.expect("GET", "/societies/\(campus.society)/registrations"),
                try await president.expect("GET", "/societies/\(campus.society)/registration"),
                try await president.expect("GET", "/forms/\(campus.form)"),
                try await president.expect("GET", "/forms/\(campus.form)/responses"),
            ]
        }
    }
}

extension NewStudent {
    fileprivate func profiledAnswers(to form: String) async throws -> JSONValue {
        var profile = NewStudent.profile().objectValue ?? JSONObject()
        profile["studentId"] = "20251234"
        try await client.expect("PUT", "/profile", .object(profile))
        return try await answers(to: form)
    }
}
