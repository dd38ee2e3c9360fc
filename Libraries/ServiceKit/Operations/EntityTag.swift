public import Contracts
import OpenSSL

/// What an `ETag` says.
public enum EntityTag {
    /// Whether `If-Match` or `If-None-Match` names a tag, by weak comparison (RFC 9110 §13.1).
    ///
    /// - Parameters:
    ///   - tag: The present one, quotes included.
    ///   - list: The header's value; `*` names every tag.
    /// - Returns: Whether the list names it.
    public static func isNamed(_ tag: String, in list: String) -> Bool {
        let tag = opaque(tag.utf8[...])
        return list.utf8.split(separator: UInt8(ascii: ",")).contains { part in
            let part = trimmed(part)
            return part.elementsEqual("*".utf8) || opaque(part).elementsEqual(tag)
        }
    }

    /// The tag of a resource without a revision: a hash of the whole reply to a GET.
    public static func of(_ reply: some OperationReply) -> String { of(body: reply.body(trimmedTo: nil)) }

    /// The tag of a representation: a hash of it.
    static func of(body: [UInt8]) -> String {
        "\"\(Base64URL.encode(SHA256.hash(body).prefix(12)))\""
    }

    /// The tag without the mark of a weak one.
    private static func opaque(_ tag: Substring.UTF8View) -> Substring.UTF8View {
        tag.starts(with: "W/".utf8) ? tag.dropFirst(2) : tag
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while let last = text.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { text.removeLast() }
        return text
    }
}
