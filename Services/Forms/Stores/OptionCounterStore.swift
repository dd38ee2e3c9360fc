import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Every statement that names the `form_option_counters` or `form_option_recounts` table.
///
/// The counters hold how often each limited option of the present version was chosen: one row for each such option, and
/// none for any other. An edit counts newly limited options without a lock, while their rows in `form_option_recounts`
/// count the responses that are stored and deleted meanwhile.
struct OptionCounterStore {
    let sql: any SQLExecutor

    /// An option of a question.
    struct Option: Hashable, Sendable {
        let question: QuestionID
        let value: UTF8Key
    }

    /// An option, and how many responses had chosen it when its recount began.
    struct Count: Sendable {
        let option: Option
        let responses: Int
    }

    /// The limited options of a version that have no counter yet.
    func uncounted(in form: CompiledForm) async throws -> [Option] {
        let limited = form.limitedOptions
        guard !limited.isEmpty else { return [] }
        let counted = try await sql.query(
            "SELECT question_id, option_value FROM form_option_counters WHERE form_id = \(form.form.id)"
        ).map { Option(question: try $0["question_id"], value: UTF8Key(try $0["option_value"])) }
        let known = Set(counted)
        return limited.filter { !known.contains($0) }
    }

    /// Begins to count, for these options, every response that is stored or deleted from now on; no longer for others,
    /// which an edit that was not stored has left.
    ///
    /// The transaction holds the intake meanwhile, so that no response is stored beside it, and should end at once.
    func beginRecount(of options: [Option], in form: FormID, tenant: UniversityID) async throws {
        try await sql.execute("UPDATE form_intake SET is_recounting = true WHERE form_id = \(form)")
        try await sql.execute(
            """
            DELETE FROM form_option_recounts WHERE form_id = \(form) AND (question_id, option_value) NOT IN (
                SELECT question_id, option_value
                FROM unnest(\(options.map(\.question)), \(options.map(\.value.text))) AS new (question_id, option_value)
            )
            """
        )
        try await sql.execute(
            """
            INSERT INTO form_option_recounts (form_id, question_id, option_value, tenant_id)
            SELECT \(form), question_id, option_value, \(tenant)
            FROM unnest(\(options.map(\.question)), \(options.map(\.value.text))) AS new (question_id, option_value)
            ON CONFLICT (form_id, question_id, option_value) DO NOTHING
            """
        )
    }

    /// Counts the responses that had chosen the options when their recount began, in one pass over all responses.
    ///
    /// No lock is needed: a response that was stored or deleted since is visible exactly if its change is, and the two
    /// cancel out.
    func recount(_ options: [Option], in form: FormID) async throws -> [Count] {
        try await sql.query(
            """
            SELECT recount.question_id, recount.option_value,
                coalesce(chosen.responses, 0) - recount.change AS responses
            FROM form_option_recounts AS recount
            LEFT JOIN (
                SELECT answer.key AS question, option.value, count(*) AS responses
                FROM form_responses
                CROSS JOIN LATERAL jsonb_each(
                    CASE jsonb_typeof(answers) WHEN 'object' THEN answers ELSE '{}' END
                ) AS answer (key, value)
                CROSS JOIN LATERAL (
                    SELECT DISTINCT element #>> '{}' AS value FROM jsonb_array_elements(
                        CASE jsonb_typeof(answer.value)
                            WHEN 'array' THEN answer.value
                            WHEN 'string' THEN jsonb_build_array(answer.value)
                            ELSE '[]'
                        END
                    ) AS elements (element)
                    WHERE jsonb_typeof(element) = 'string'
                ) AS option
                WHERE form_id = \(form) AND answer.key = ANY(\(Set(options.map(\.question)).map(\.description)))
                GROUP BY answer.key, option.value
            ) AS chosen ON chosen.question = recount.question_id::text AND chosen.value = recount.option_value
            WHERE recount.form_id = \(form) AND (recount.question_id, recount.option_value) IN (
                SELECT question_id, option_value
                FROM unnest(\(options.map(\.question)), \(options.map(\.value.text)))
                    AS asked (question_id, option_value)
            )
            """
        ).map { row in
            Count(
                option: Option(question: try row["question_id"], value: UTF8Key(try row["option_value"])),
                responses: try row["responses"]
            )
        }
    }

    /// Sets the counters of a version being published; this transaction holds the form's intake row lock.
    ///
    /// - Parameters:
    ///   - form: The version, whose other limited options keep their counters.
    ///   - counts: The options without a counter, as `recount` returned them for the form's present revision.
    ///   - tenant: The form's university.
    ///   - isFirst: Whether the version is the form's first, which has taken no responses.
    /// - Throws: `FormWasChanged` if another edit has ended the recount, `PostgresError`.
    func replace(for form: CompiledForm, with counts: [Count], tenant: UniversityID, isFirst: Bool) async throws {
        let limited = form.limitedOptions
        if !counts.isEmpty {
            let counted = try await sql.execute(
                """
                INSERT INTO form_option_counters (form_id, question_id, option_value, tenant_id, responses)
                SELECT \(form.form.id), new.question_id, new.option_value, \(tenant),
                    greatest(0, new.responses + coalesce(recount.change, 0))
                FROM unnest(\(counts.map(\.option.question)), \(counts.map(\.option.value.text)),
                    \(counts.map(\.responses))) AS new (question_id, option_value, responses)
                \(raw: isFirst ? "LEFT" : "INNER") JOIN form_option_recounts AS recount ON recount.form_id = \(form.form.id)
                    AND recount.question_id = new.question_id AND recount.option_value = new.option_value
                """
            )
            guard counted == counts.count else { throw FormWasChanged() }
        }
        try await sql.execute(
            """
            WITH counted AS (
                DELETE FROM form_option_recounts WHERE form_id = \(form.form.id)
            ), ended AS (
                UPDATE form_intake SET is_recounting = false WHERE form_id = \(form.form.id) AND is_recounting
            )
            DELETE FROM form_option_counters WHERE form_id = \(form.form.id) AND (question_id, option_value) NOT IN (
                SELECT question_id, option_value
                FROM unnest(\(limited.map(\.question)), \(limited.map(\.value.text)))
                    AS limited (question_id, option_value)
            )
            """
        )
    }

    /// Takes a place at each option.
    ///
    /// - Throws: `OPTION_FULL` with a detail for each question whose option is taken up; the transaction has to be
    ///   given up then.
    func take(_ options: [CheckedAnswers.LimitedOption], of form: FormID) async throws {
        guard !options.isEmpty else { return }
        let rows = try await sql.query(
            """
            UPDATE form_option_counters AS counter SET responses = counter.responses + 1
            FROM unnest(\(options.map(\.question)), \(options.map(\.value)), \(options.map(\.quota)))
                AS chosen (question_id, option_value, quota)
            WHERE counter.form_id = \(form) AND counter.question_id = chosen.question_id
                AND counter.option_value = chosen.option_value AND counter.responses < chosen.quota
            RETURNING counter.question_id, counter.option_value
            """
        )
        let taken = Set(
            try rows.map { Option(question: try $0["question_id"], value: UTF8Key(try $0["option_value"])) }
        )
        let refused = options.filter { !taken.contains(Option(question: $0.question, value: UTF8Key($0.value))) }
        guard refused.isEmpty else {
            throw ServiceError(
                .optionFull,
                details: refused.map { FieldError("answers.\($0.question)", .notAllowed, "\($0.value) is taken up.") }
            )
        }
    }

    /// Gives back what a response had taken.
    func release(_ answers: RawJSON, of form: FormID) async throws {
        try await sql.execute(
            """
            UPDATE form_option_counters SET responses = responses - 1
            WHERE form_id = \(form) AND \(answers) -> question_id::text ? option_value
                AND jsonb_typeof(\(answers) -> question_id::text) IN ('array', 'string') AND responses > 0
            """
        )
    }

    /// Gives back what a person's responses had taken, in one pass over them.
    ///
    /// - Parameters:
    ///   - user: The person, whose responses are still stored.
    ///   - forms: The forms; this transaction holds their intake row locks.
    /// - Throws: `PostgresError`.
    func release(of user: UserID, in forms: [FormID]) async throws {
        try await sql.execute(
            """
            UPDATE form_option_counters AS counter SET responses = greatest(0, counter.responses - taken.responses)
            FROM (
                SELECT held.form_id, held.question_id, held.option_value, count(*) AS responses
                FROM form_responses AS response
                CROSS JOIN LATERAL jsonb_each(
                    CASE jsonb_typeof(response.answers) WHEN 'object' THEN response.answers ELSE '{}' END
                ) AS answer (key, value)
                JOIN form_option_counters AS held ON held.form_id = response.form_id
                    AND held.question_id::text = answer.key AND answer.value ? held.option_value
                WHERE response.user_id = \(user) AND response.form_id = ANY(\(forms))
                    AND jsonb_typeof(answer.value) IN ('array', 'string')
                GROUP BY held.form_id, held.question_id, held.option_value
            ) AS taken
            WHERE counter.form_id = taken.form_id AND counter.question_id = taken.question_id
                AND counter.option_value = taken.option_value
            """
        )
    }
}

extension CompiledForm {
    /// Every option that only so many responses may choose.
    var limitedOptions: [OptionCounterStore.Option] {
        questions.values.flatMap { question in
            question.quotas.keys.map { OptionCounterStore.Option(question: question.question.id, value: UTF8Key($0)) }
        }
    }
}
