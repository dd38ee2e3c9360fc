import Contracts
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit

@testable import Auth
@testable import Forms
@testable import FormsContracts

extension LabService {
    static let forms = LabService(FormsDaemon.daemon, environment: ["FORMS_PARTICIPANT_KEY": LabService.key])
    static let auth = LabService(AuthDaemon.daemon(), environment: ["AUTH_KEY_ENCRYPTION_KEY": LabService.key])
}

// What happens in forms, by the names that people know it by.
extension ServiceLab {
    /// The question of every registration form.
    static let question = QuestionID()

    /// An answer to the question.
    static func answers(_ answer: JSONValue = "yes") -> Answers { ["\(question)": answer] }

    /// A published form of a society, which asks one question.
    func form(
        of society: SocietyID,
        by officer: RequestContext.User,
        settings: FormSettings = FormSettings()
    ) async throws -> FormID {
        let question = QuestionInput(
            id: Self.question,
            type: .shortText,
            title: QuestionTitle(unchecked: "Why?"),
            required: true
        )
        let request = CreateForm(
            title: Name(unchecked: "Join us"),
            entityType: .society,
            entityId: society.cast(),
            settings: settings,
            pages: [FormPageInput(questions: [question])]
        )
        let form = try await call(request, as: officer).value.form()
        try await call(PublishForm(id: form.id), as: officer)
        return form.id
    }

    func close(_ form: FormID, by officer: RequestContext.User) async throws {
        try await call(CloseForm(id: form), as: officer)
    }

    /// The responses that forms holds, by the keys that they were submitted under.
    func responses() async throws -> [SubmissionKey: FormResponseID] {
        let rows = try await query(
            "SELECT submission_key, response_id FROM forms.form_submissions WHERE response_id IS NOT NULL"
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0["submission_key"], try $0["response_id"]) })
    }

    /// The keys of the submissions that were taken back.
    func withdrawn() async throws -> Set<SubmissionKey> {
        Set(
            try await query("SELECT submission_key FROM forms.form_submissions WHERE withdrawn_at IS NOT NULL")
                .map { try $0["submission_key"] }
        )
    }
}

// What happens in auth.
extension ServiceLab {
    /// Opens an account for somebody.
    func openAccount(of user: RequestContext.User, named name: String) async throws {
        try await execute(
            """
            INSERT INTO auth.users (id, tenant_id, email, name, role, password_hash)
            VALUES (\(user.id), \(user.tenant), \("\(user.id)@mail.example"), \(name), 'student', '')
            """
        )
    }
}
