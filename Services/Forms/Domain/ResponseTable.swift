import Contracts
import FormsContracts

/// A form's responses as a table: a column for every question that any version of the form asked, told apart by its id, so that
/// a question that was renamed keeps its column and one that was removed its answers.
///
/// It keeps only the questions' titles and labels, so that each version can be added and released in turn. Versions are
/// added as long as there is room: beyond it, options show their values and questions that only older versions asked are
/// left out.
struct ResponseTable: Sendable {
    /// The approximate memory, in bytes, at which nothing more is added; the newest version of a form takes less.
    static let maximumBytes = 4 << 20

    static let unreadable = "(cannot be read)"
    private static let facts = ["Response", "Submitted at", "User", "Form version", "Payment", "Seconds"]

    private var columns: [Column] = []
    private var places: [QuestionID: Int] = [:]
    /// The approximate memory use, in bytes.
    private(set) var bytes = 0

    private struct Column: Sendable {
        let id: QuestionID
        let title: String
        /// Labels by value, from the newest version with that option.
        var options: [String: String] = [:]
        var rows: [String: String] = [:]
    }

    /// - Parameter versions: The newest first, whose wording and order the table has.
    init(_ versions: [Form] = []) {
        for version in versions { add(version) }
    }

    /// Tells whether an older version can be added.
    var hasRoom: Bool { bytes < Self.maximumBytes }

    /// Adds a version older than all before it, as far as there is room.
    mutating func add(_ version: Form) {
        for question in version.questions where question.type != .statement {
            guard hasRoom else { return }
            let place = places[question.id] ?? columns.endIndex
            if place == columns.endIndex {
                places[question.id] = place
                columns.append(Column(id: question.id, title: question.title.text))
                bytes += 200 + question.title.text.utf8.count
            }
            for option in question.options { note(option.value.text, option.label?.text, \.options, place) }
            for row in question.rows { note(row.value.text, row.label?.text, \.rows, place) }
        }
    }

    private mutating func note(
        _ value: String,
        _ label: String?,
        _ labels: WritableKeyPath<Column, [String: String]>,
        _ place: Int
    ) {
        guard hasRoom, columns[place][keyPath: labels][value] == nil else { return }
        columns[place][keyPath: labels][value] = label ?? value
        bytes += 100 + value.utf8.count + (label?.utf8.count ?? 0)
    }

    /// The columns' names, each unique.
    var header: [String] {
        var next: [String: Int] = [:]
        var names = Set(Self.facts)
        return Self.facts
            + columns.map { column in
                var name = column.title
                while !names.insert(name).inserted {
                    next[column.title, default: 1] += 1
                    name = "\(column.title) (\(next[column.title, default: 1]))"
                }
                return name
            }
    }

    /// - Returns: The cells, which mark damaged answers, and a flag that tells whether the answers are readable.
    func record(_ response: FormResponse) -> (cells: [String], isReadable: Bool) {
        let facts = [
            "\(response.id)", "\(response.submittedAt)", response.userId.map { "\($0)" } ?? "",
            String(response.formVersion), response.paymentStatus?.rawValue ?? "",
            response.completionTime.map(String.init) ?? "",
        ]
        guard let stored = try? JSONParser.parse(response.answers.bytes), case .object(let object) = stored else {
            // The caller logs it; a damaged response does not withhold the others.
            return (facts + columns.map { _ in Self.unreadable }, false)
        }
        let answers = Dictionary(object.members.map { ($0.name, $0.value) }) { first, _ in first }
        return (facts + columns.map { text(answers[$0.id.description] ?? .null, $0) }, true)
    }

    /// An answer as a person would write it.
    private func text(_ answer: JSONValue, _ column: Column) -> String {
        switch answer {
        case .null: ""
        case .string(let text): column.options[text] ?? text
        case .bool(let isTrue): isTrue ? "yes" : "no"
        case .array(let values): values.map { text($0, column) }.joined(separator: "; ")
        case .object(let object):
            object.members.map { "\(column.rows[$0.name] ?? $0.name): \(text($0.value, column))" }
                .joined(separator: "; ")
        default: String(decoding: answer.bytes, as: UTF8.self)
        }
    }
}
