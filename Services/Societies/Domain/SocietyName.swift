import Contracts
import SocietiesContracts

/// The rule for societies' names beyond those for all names.
enum SocietyName {
    /// Refuses a name that overrides the writing direction: it is compared in another order than it is shown in, and so
    /// could look like another society's.
    ///
    /// - Throws: `ValidationError` at `name`.
    static func check(_ name: Name) throws(ValidationError) {
        let isOverridden = name.text.unicodeScalars.contains { $0 == "\u{202D}" || $0 == "\u{202E}" }
        guard isOverridden else { return }
        throw ValidationError("name", .notAllowed, "Must not contain characters that override the writing direction.")
    }
}

extension Slug {
    /// The slug that a name suggests; `nil` for a name without a single Latin letter or digit.
    static func suggested(by name: Name) -> Slug? {
        let words = name.text.lowercased().utf8.split { !$0.isASCIILetterOrDigit }.map {
            String(decoding: $0, as: UTF8.self)
        }
        var text = words.joined(separator: "-").prefix(rule.length.upperBound - suffixLength)
        while text.hasSuffix("-") { text.removeLast() }
        return Slug(String(text))
    }

    /// The slug made different from all others by the end of an id, which is random.
    static func distinguished(_ slug: Slug?, by id: SocietyID) -> Slug {
        Slug(unchecked: "\(slug?.text ?? "society")-\(id.description.suffix(suffixLength - 1))")
    }

    private static let suffixLength = 9
}
