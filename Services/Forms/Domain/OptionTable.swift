import Contracts
import FormsContracts

/// The values that an answer may name, found by their normal form.
struct OptionTable: Sendable {
    /// No value is longer, in the UTF-8 of any form that has the same normal form.
    private static let maximumBytes = 200 * 4 * 3

    private let values: [PreparedText: String]

    /// - Parameter values: Of options or rows; of two with one normal form the first counts.
    init(_ values: [String]) {
        self.values = Dictionary(values.map { (PreparedText(OptionValue.normalized($0)), $0) }) { first, _ in first }
    }

    init(_ question: Question) { self.init(question.options.map(\.value.text)) }

    var count: Int { values.count }
    var isEmpty: Bool { values.isEmpty }

    /// The value as the form writes it; `nil` where there is none with the text's normal form.
    func value(of text: String) -> String? {
        text.utf8.count > Self.maximumBytes ? nil : values[PreparedText(OptionValue.normalized(text))]
    }

    func has(_ text: PreparedText) -> Bool { values[text] != nil }
}
