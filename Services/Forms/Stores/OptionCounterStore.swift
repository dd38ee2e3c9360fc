import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Every statement that names the `form_option_counters` table.
///
/// It holds how often options were chosen, of those that only so many responses may choose: a row for each such option of
/// the present version, and for no other.
struct OptionCounterStore {
    let sql: any SQLExecutor

    /// Sets the counters of a version being published; this transaction holds the form's intake row lock.
    ///
    /// Options with a limit before keep their counters; new ones are counted in one pass over the responses.
    func recount(_ form: CompiledForm, tenant: UniversityID) async throws {
        let limited = form.questions.values.flatMap { question in
            question.quotas.keys.map { (question.question.id, $0) }
        }
        let (questions, options) = (limited.map(\.0), limited.map(\.1))
        try await sql.execute(
            """
            DELETE FROM form_option_counters WHERE form_id = \(form.form.id) AND (question_id, option_value) NOT IN (
                SELECT question_id, option_value FROM unnest(\(questions), \(options)) AS limited (question_id, option_value)
            )
            """
        )
        guard !limited.isEmpty else { return }
        let counted = try await sql.query(
            "SELECT question_id, option_value FROM form_option_counters WHERE form_id = \(form.form.id)"
        ).map { Option(question: try $0["question_id"], value: UTF8Key(try $0["option_value"])) }
        let known = Set(counted)
        let new = limited.map { Option(question: $0.0, value: UTF8Key($0.1)) }.filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        try await sql.execute(
            """
            INSERT INTO form_option_counters (form_id, question_id, option_value, tenant_id, responses)
            SELECT \(form.form.id), new.question_id, new.option_value, \(tenant), coalesce(chosen.responses, 0)
            FROM unnest(\(new.map(\.question)), \(new.map(\.value.text))) AS new (question_id, option_value)
            LEFT JOIN (
                SELECT asked.question_id, option.value, count(*) AS responses
                FROM form_responses
                CROSS JOIN unnest(\(Array(Set(new.map(\.question))))) AS asked (question_id)
                CROSS JOIN LATERAL (
                    SELECT DISTINCT value FROM jsonb_array_elements_text(
                        CASE jsonb_typeof(answers -> asked.question_id::text)
                            WHEN 'array' THEN answers -> asked.question_id::text
                            WHEN 'string' THEN jsonb_build_array(answers -> asked.question_id::text)
                            ELSE '[]'
                        END
                    ) AS value
                ) AS option
                WHERE form_id = \(form.form.id) GROUP BY asked.question_id, option.value
            ) AS chosen ON chosen.question_id = new.question_id AND chosen.value = new.option_value
            """
        )
    }

    private struct Option: Hashable {
        let question: QuestionID
        let value: UTF8Key
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
}
