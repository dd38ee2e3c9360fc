import Contracts
import Foundation

/// Telephone numbers as commonly written, with 4 to 15 digits (E.164).
enum PhoneNumberForm {
    /// Reduces the number to ASCII digits, `+`, blanks, `-`, `.`, `(` and `)`.
    ///
    /// - Returns: `nil` for anything but a telephone number.
    static func normalized(_ text: String) -> String? {
        guard text.utf8.count <= 200 else { return nil }
        var result = ""
        var digits = 0
        for scalar in text.trimmed.unicodeScalars {
            guard let sign = sign(scalar) else { return nil }
            if sign == "+", !result.isEmpty { return nil }
            if sign.isNumber { digits += 1 }
            if sign == " ", result.last == " " { continue }
            result.append(sign)
        }
        let first = result.drop { $0 == "+" }.first
        guard (4...15).contains(digits), result.utf8.count <= 32, first == "(" || first?.isNumber == true else {
            return nil
        }
        return result
    }

    /// Maps a scalar to its ASCII equivalent.
    private static func sign(_ scalar: Unicode.Scalar) -> Character? {
        switch scalar {
        case "0"..."9", "+", "-", ".", "(", ")": Character(scalar)
        case "\u{FF10}"..."\u{FF19}": Unicode.Scalar(scalar.value - 0xFF10 + 0x30).map(Character.init)
        case "\u{FF0B}": "+"
        case "\u{FF0E}": "."
        case "\u{FF08}", "[", "\u{FF3B}": "("
        case "\u{FF09}", "]", "\u{FF3D}": ")"
        default:
            switch scalar.properties.generalCategory {
            case .spaceSeparator: " "
            case .dashPunctuation: "-"
            default: scalar == "\u{2212}" ? "-" : nil
            }
        }
    }
}

/// Web addresses, internationalised ones too (RFC 3987).
enum WebAddressForm {
    /// Normalises the address to Normalization Form C, scheme and host in lower case.
    ///
    /// - Returns: `nil` for anything but an `http` or `https` address, and for one with a user name.
    static func normalized(_ text: String) -> String? {
        let text = text.trimmed.composed
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<colon].lowercased()
        let rest = text[colon...]
        guard scheme == "http" || scheme == "https", rest.utf8.starts(with: "://".utf8) else { return nil }
        let afterScheme = rest.dropFirst(3)
        let end = afterScheme.utf8.firstIndex { "/?#".utf8.contains($0) } ?? afterScheme.endIndex
        let host = afterScheme[..<end].lowercased().composed
        let address = "\(scheme)://\(host)\(afterScheme[end...])"
        // Non-ASCII characters stand for their escapes; RFC 3986 judges the rest.
        guard isHostSound(host), let ascii = escaped(address), WebAddress(ascii) != nil else { return nil }
        return address
    }

    private static func isHostSound(_ host: String) -> Bool {
        host.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || scalar.properties.canonicalCombiningClass != .notReordered
        }
    }

    /// Replaces each character that only an IRI allows with a letter; `nil` for any other non-ASCII character.
    private static func escaped(_ address: String) -> String? {
        var result = ""
        for scalar in address.unicodeScalars {
            guard !scalar.isASCII else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .unassigned, .spaceSeparator, .lineSeparator, .paragraphSeparator:
                return nil
            default: result.append("x")
            }
        }
        return result
    }
}

extension String {
    /// The text without white space at either end.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
