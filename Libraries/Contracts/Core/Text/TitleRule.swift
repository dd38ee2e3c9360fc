/// What a name or a title must be beside its length.
enum TitleRule {
    /// The text without the blanks at its ends; control characters, such as line ends, stay and are refused.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isBlank }),
            let last = scalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex
            ? text : String(scalars[first...last])
    }

    /// What is wrong with a text that is not empty, for a person; `nil` when nothing is.
    static func fault(in text: String) -> String? {
        if text.unicodeScalars.contains(where: \.isControl) {
            return "Must not contain control characters or line ends."
        }
        if !text.unicodeScalars.contains(where: \.isVisible) { return "Must have a visible character." }
        if !isBalanced(text) { return "Must close every change of the writing direction that it opens." }
        return nil
    }

    /// Whether embeddings, overrides and isolates are closed within the text, the last opened first (UAX #9, §2).
    private static func isBalanced(_ text: String) -> Bool {
        var open: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x202A, 0x202B, 0x202D, 0x202E: open.append("\u{202C}")
            case 0x2066, 0x2067, 0x2068: open.append("\u{2069}")
            case 0x202C, 0x2069: guard open.popLast() == scalar else { return false }
            default: break
            }
        }
        return open.isEmpty
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character, or ends a line or a paragraph.
    var isControl: Bool {
        switch value {
        case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        default: false
        }
    }

    /// White space that is no control character.
    fileprivate var isBlank: Bool { value == 0x20 || value > 0x7F && !isControl && properties.isWhitespace }

    /// Whether a reader sees something of it, by itself or on what stands before it.
    fileprivate var isVisible: Bool {
        if value < 0x7F { return value > 0x20 }
        guard !properties.isWhitespace, !properties.isDefaultIgnorableCodePoint, self != "\u{2800}" else {
            return false
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .nonspacingMark, .enclosingMark: return false
        default: return true
        }
    }
}
