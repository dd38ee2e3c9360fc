import Contracts
import FormsContracts

/// A form's responses as a table: a column for every question that any version of the form asked, told apart by its id, so that
/// a question that was renamed keeps its column and one that was removed its answers.
struct ResponseTable {
    private let questions: [Question]
    private let labels: [QuestionID: [String: String]]

    /// - Parameter versions: The newest first, whose wording and order the table has.
    init(_ versions: [Form]) {
        var known: Set<QuestionID> = []
        questions = versions.flatMap(\.pages).flatMap(\.questions)
            .filter { $0.type != .statement && known.insert($0.id).inserted }
        labels = Dictionary(
            questions.map { question in
                let shown =
                    question.options.map { ($0.value.text, $0.label?.text ?? $0.value.text) }
                    + question.rows.map { ($0.value.text, $0.label?.text ?? $0.value.text) }
                return (question.id, Dictionary(shown) { first, _ in first })
            }
        ) { first, _ in first }
    }

    var header: [String] {
        ["Response", "Submitted at", "User", "Form version", "Payment", "Seconds"] + questions.map(\.title.text)
    }

    /// - Throws: `JSONSyntaxError` when stored answers are damaged.
    func record(_ response: FormResponse) throws -> [String] {
        let answers = try JSONParser.parse(response.answers.bytes)
        let facts = [
            "\(response.id)", "\(response.submittedAt)", response.userId.map { "\($0)" } ?? "",
            String(response.formVersion), response.paymentStatus?.rawValue ?? "",
            response.completionTime.map(String.init) ?? "",
        ]
        return facts + questions.map { text(answers[$0.id.description] ?? .null, labels[$0.id] ?? [:]) }
    }

    /// An answer as a person would write it.
    private func text(_ answer: JSONValue, _ labels: [String: String]) -> String {
        switch answer {
        case .null: ""
        case .string(let text): labels[text] ?? text
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .array(let values): values.map { text($0, labels) }.joined(separator: "; ")
        case .object(let object):
            object.members.map { "\(labels[$0.name] ?? $0.name): \(text($0.value, labels))" }.joined(separator: "; ")
        default: String(decoding: answer.bytes, as: UTF8.self)
        }
    }
}
