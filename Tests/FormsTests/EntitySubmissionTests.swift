import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite(.serialized, .timeLimit(.minutes(10))) struct EntitySubmissionTests {
    /// A society's published form of one question.
    private func societyForm(
        _ forms: ServiceLab,
        settings: FormSettings = FormSettings()
    ) async throws -> (form: Form, society: FormEntityID, officer: RequestContext.User) {
        let officer = forms.user()
        let society: FormEntityID = try await forms.society(of: officer).cast()
        let form = try await forms.published(
            [page(question(.yesNo))],
            by: officer,
            settings: settings,
            society: society
        )
        return (form, society, officer)
    }

    private func submission(_ form: Form, _ society: FormEntityID, _ key: SubmissionKey) -> SubmitForEntity {
        SubmitForEntity(
            formId: form.id,
            entityId: society,
            submissionKey: key,
            answers: ["\(form.questions[0].id)": true]
        )
    }

    @Test("The same submission twice, also at once, is one response", arguments: [false, true])
    func repeatsAreOne(takesOne: Bool) async throws {
        try await withForms { forms in
            let settings = FormSettings(maxResponses: Whole(1), oneResponsePerUser: Flag(takesOne))
            let (form, society, officer) = try await societyForm(forms, settings: settings)
            let student = forms.user()
            let request = submission(form, society, SubmissionKey())
            let ids = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await forms.submitForEntity(request, by: student).id } }
                return try await group.reduce(into: Set<FormResponseID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            #expect(try await forms.submitForEntity(request, by: student).id == ids.first)
            #expect(try await forms.responses(of: form.id, by: officer).items.map(\.id) == Array(ids))
        }
    }

    @Test("A withdrawn submission is gone, its place is free, and it cannot come back")
    func withdrawalIsFinal() async throws {
        try await withForms { forms in
            let (form, society, officer) = try await societyForm(
                forms,
                settings: FormSettings(maxResponses: Whole(1), oneResponsePerUser: true)
            )
            let student = forms.user()
            let request = submission(form, society, SubmissionKey())
            let response = try await forms.submitForEntity(request, by: student)
            #expect(
                try await refusal { try await forms.deleteResponse(response.id, of: form.id, by: officer) }
                    == .invalidState
            )
            for _ in 0..<2 { try await forms.withdraw(request.submissionKey) }
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 0)
            #expect(try await refusal { try await forms.submitForEntity(request, by: student) } == .submissionWithdrawn)
            let again = submission(form, society, SubmissionKey())
            _ = try await forms.submitForEntity(again, by: student)
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 1)
        }
    }

    @Test("A withdrawal that arrives before its submission wins")
    func withdrawalMayComeFirst() async throws {
        try await withForms { forms in
            let (form, society, officer) = try await societyForm(forms)
            let request = submission(form, society, SubmissionKey())
            try await forms.withdraw(request.submissionKey)
            #expect(
                try await refusal { try await forms.submitForEntity(request, by: forms.user()) } == .submissionWithdrawn
            )
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 0)
        }
    }

    @Test("Whichever comes first, a submission and its withdrawal at once leave nothing")
    func withdrawalAtOnce() async throws {
        try await withForms { forms in
            let (form, society, officer) = try await societyForm(forms)
            for _ in 0..<20 {
                let request = submission(form, society, SubmissionKey())
                async let submitted = refusal { try await forms.submitForEntity(request, by: forms.user()) }
                async let withdrawn: Void = forms.withdraw(request.submissionKey)
                #expect([nil, .submissionWithdrawn].contains(try await submitted))
                try await withdrawn
            }
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 0)
        }
    }

    @Test("A withdrawal that waits for its form's intake holds no submission")
    func lockOrder() async throws {
        try await withForms { forms in
            let (form, society, officer) = try await societyForm(forms)
            let request = submission(form, society, SubmissionKey())
            _ = try await forms.submitForEntity(request, by: forms.user())
            let withdrawal = try await forms.serviceRole { database in
                try await database.transaction(scope: .platform) { transaction in
                    try await transaction.execute("SELECT FROM form_intake WHERE form_id = \(form.id) FOR UPDATE")
                    let withdrawal = Task { try await forms.withdraw(request.submissionKey) }
                    try await untilOthersWait(for: transaction)
                    // The deletion of a form locks the intake, and then closes the submissions.
                    let closed = try await transaction.query(
                        "SELECT FROM form_submissions WHERE submission_key = \(request.submissionKey) FOR UPDATE NOWAIT"
                    )
                    #expect(closed.count == 1)
                    return withdrawal
                }
            }
            try await withdrawal.value
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 0)
        }
    }

    @Test("A form of another society is not there")
    func entityIsChecked() async throws {
        try await withForms { forms in
            let (form, _, _) = try await societyForm(forms)
            let request = submission(form, FormEntityID(), SubmissionKey())
            #expect(try await refusal { try await forms.submitForEntity(request, by: forms.user()) } == .notFound)
        }
    }
}
