import Contracts
import FormsContracts

/// The values that an answer may name, indexed by normal form.
struct OptionTable: Sendable {
    /// The maximum UTF-8 length of a value, in any form with the same normal form.
    private static let maximumBytes = 200 * 4 * 3

    private let values: [PreparedText: String]

    /// - Parameter values: Values of options or rows; the first of equal normal forms counts.
    init(_ values: [String]) {
        self.values = Dictionary(values.map { (PreparedText(OptionValue.normalized($0)), $0) }) { first, _ in first }
    }

    init(_ question: Question) { self.init(question.options.map(\.value.text)) }

    var count: Int { values.count }
    var isEmpty: Bool { values.isEmpty }

    /// Returns the form's spelling of a value; `nil` if none has the text's normal form.
    func value(of text: String) -> String? {
        text.utf8.count > Self.maximumBytes ? nil : values[PreparedText(OptionValue.normalized(text))]
    }

    func has(_ text: PreparedText) -> Bool { values[text] != nil }
}
