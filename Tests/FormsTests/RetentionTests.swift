import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("How long forms keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a period or a reason, which the documentation repeats")
    func declarations() async throws {
        try await withForms { forms in
            let walk = RetentionWalk("forms", formsTables, in: forms.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }

    @Test("Rows whose period has ended are removed in batches, and all others stay")
    func removal() async throws {
        try await withForms { forms in
            let walk = RetentionWalk("forms", formsTables, in: forms.testDatabase)
            let faults = try await walk.faults([
                RetentionSample("profile_updates", "decided") {
                    Self.updates("approved", createdAt: "now()", decidedAt: $0)
                },
                RetentionSample(
                    "profile_updates",
                    "pending",
                    others: { Self.updates("rejected", createdAt: $0, decidedAt: "now()") },
                    insert: { Self.updates("pending", createdAt: $0, decidedAt: "NULL") }
                ),
                RetentionSample("form_submissions", "withdrawn") { moment in
                    """
                    INSERT INTO forms.form_submissions (submission_key, tenant_id, withdrawn_at)
                    SELECT gen_random_uuid(), gen_random_uuid(), \(moment) FROM generate_series(1, 3)
                    """
                },
            ])
            #expect(faults == [])
        }
    }

    @Test("The record of a submission ends when its response goes with the form, and only then")
    func submissionRecord() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society: FormEntityID = try await forms.society(of: officer).cast()
            var keys: [SubmissionKey] = []
            for isDeleted in [true, false] {
                let form = try await forms.published([page(question(.yesNo))], by: officer, society: society)
                let request = SubmitForEntity(
                    formId: form.id,
                    entityId: society,
                    submissionKey: SubmissionKey(),
                    answers: ["\(form.questions[0].id)": true]
                )
                _ = try await forms.submitForEntity(request, by: forms.user())
                keys.append(request.submissionKey)
                guard isDeleted else { continue }
                try await forms.execute("DELETE FROM forms.forms WHERE id = \(form.id)")
            }
            let withdrawn: [SubmissionKey] = try await forms.query(
                "SELECT submission_key FROM forms.form_submissions WHERE withdrawn_at IS NOT NULL"
            ).map { try $0[0] }
            #expect(withdrawn == [keys[0]])
        }
    }

    private static func updates(_ status: String, createdAt: SQL, decidedAt: SQL) -> SQL {
        """
        INSERT INTO forms.profile_updates (id, tenant_id, user_id, form_id, response_id, question_id, profile_field_key,
            profile_path, new_value, status, created_at, decided_at)
        SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
            gen_random_uuid(), 'firstName', 'firstName', '"Ada"', \(status), \(createdAt), \(decidedAt)
        FROM generate_series(1, 3)
        """
    }
}
