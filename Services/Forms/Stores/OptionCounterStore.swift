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

    /// Counts anew for a version that is being published; this transaction holds the form's intake row.
    func recount(_ form: CompiledForm, tenant: UniversityID) async throws {
        let limited = form.questions.values.flatMap { question in
            question.quotas.keys.map { (question.question.id, $0) }
        }
        try await sql.execute("DELETE FROM form_option_counters WHERE form_id = \(form.form.id)")
        guard !limited.isEmpty else { return }
        try await sql.execute(
            """
            INSERT INTO form_option_counters (form_id, question_id, option_value, tenant_id, responses)
            SELECT \(form.form.id), limited.question_id, limited.option_value, \(tenant), (
                SELECT count(*) FROM form_responses
                WHERE form_id = \(form.form.id) AND answers -> limited.question_id::text ? limited.option_value
            )
            FROM unnest(\(limited.map(\.0)), \(limited.map(\.1))) AS limited (question_id, option_value)
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
        var taken: [QuestionID: Set<String>] = [:]
        for row in rows { taken[try row["question_id"], default: []].insert(try row["option_value"]) }
        let refused = options.filter { !(taken[$0.question]?.contains($0.value) ?? false) }
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
            """
        )
    }
}
