import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite(.serialized, .timeLimit(.minutes(10))) struct SchemaTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func migrationsAreReversible() async throws {
        #expect(try await migrationFault(of: "forms", serviceKitMigrations + formsMigrations) == nil)
    }

    private static let tables = [
        "forms", "form_versions", "form_intake", "form_responses", "form_participants", "form_option_counters",
        "form_option_recounts",
        "form_participant_secrets", "form_recent_participants", "form_participant_hashes", "form_submissions",
        "profile_updates",
    ]

    @Test("In straight SQL, the service's role sees and changes the rows of the tenant it names, and no others")
    func policiesKeepTenantsApart() async throws {
        try await withForms { forms in
            try await fill(forms)
            let mine = TenantScope.university(forms.university)
            let theirs = TenantScope.university(UniversityID())
            try await forms.serviceRole { (database) async throws in
                for table in Self.tables {
                    let count: SQL = "SELECT count(*) AS rows FROM \(raw: table)"
                    #expect(try await database.one(count, scope: mine)["rows"] as Int > 0, "\(table)")
                    for scope in [theirs, .none] {
                        #expect(try await database.one(count, scope: scope)["rows"] as Int == 0, "\(table)")
                        let touched = try await database.execute(
                            "UPDATE \(raw: table) SET tenant_id = tenant_id",
                            scope: scope
                        )
                        #expect(touched == 0, "\(table)")
                        #expect(try await database.execute("DELETE FROM \(raw: table)", scope: scope) == 0, "\(table)")
                    }
                    await #expect(throws: PostgresError.self, "A row cannot be given away: \(table)") {
                        try await database.execute(
                            "UPDATE \(raw: table) SET tenant_id = \(UniversityID())",
                            scope: mine
                        )
                    }
                }
                await #expect(throws: PostgresError.self) {
                    try await database.execute(
                        """
                        INSERT INTO profile_field_mappings (id, field_key, display_label, data_type, profile_path, is_active)
                        VALUES (gen_random_uuid(), 'k', 'K', 'text', 'custom.k', true)
                        """,
                        scope: mine
                    )
                }
            }
        }
    }

    @Test("A public form is read without a tenant, and not its responses or anything else of it")
    func publicFormsAreReadOnly() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author, settings: FormSettings(public: true))
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            try await forms.serviceRole { (database) async throws in
                #expect(try await database.query("SELECT id FROM forms", scope: .none).count == 1)
                #expect(try await database.execute("UPDATE forms SET title = 'Mine'", scope: .none) == 0)
                #expect(try await database.execute("DELETE FROM forms", scope: .none) == 0)
                for table in ["form_versions", "form_intake", "form_responses"] {
                    #expect(try await database.query("SELECT 1 FROM \(raw: table)", scope: .none).isEmpty)
                }
            }
        }
    }

    /// At least one row in every table.
    private func fill(_ forms: ServiceLab) async throws {
        let officer = forms.user()
        let society: FormEntityID = try await forms.society(of: officer).cast()
        let asked = question(.dropdown, options: ["a"], quotas: ["a": 9])
        let named = question(.shortText, key: "firstName")
        let form = try await forms.published([page(asked, named)], by: officer, society: society)
        let request = SubmitForEntity(
            formId: form.id,
            entityId: society,
            submissionKey: SubmissionKey(),
            answers: ["\(asked.id)": "a", "\(named.id)": "Ada"],
            updateProfile: [named.id]
        )
        _ = try await forms.submitForEntity(request, by: forms.user())
        let vote = question(.yesNo)
        let ballot = try await forms.published(
            [page(vote)],
            by: forms.author(),
            settings: FormSettings(oneResponsePerUser: true, anonymous: true)
        )
        for _ in 0..<300 { _ = try await forms.submit(ballot.id, [vote.id: true], by: forms.user()) }
        try await forms.superuser { database in
            _ = try await database.execute(
                """
                INSERT INTO forms.form_participants (form_id, user_id, tenant_id)
                VALUES (\(ballot.id), \(UserID()), \(forms.university))
                """,
                scope: .none
            )
            _ = try await database.execute(
                """
                INSERT INTO forms.form_option_recounts (form_id, question_id, option_value, tenant_id)
                VALUES (\(ballot.id), \(vote.id), 'a', \(forms.university))
                """,
                scope: .none
            )
        }
    }
}
