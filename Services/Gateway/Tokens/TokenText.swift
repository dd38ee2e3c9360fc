import Contracts
import Tokens

/// What an access token says beside its claims, read from its text once the signature was found right.
struct TokenText {
    /// The media types that an access token may name (RFC 9068 §2.1); auth issues the first, and did issue the second.
    static let types = ["at+jwt", "JWT"]

    /// The hash of the CSRF token that a browser's session was given, in base64url.
    let csrfHash: String?

    /// - Returns: `nil` for a token that was made for something else, which an access token of ours is not.
    init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]) else {
            return nil
        }
        if let type = header["typ"] {
            guard let name = type.stringValue, Self.types.contains(where: { Self.isSame($0, name) }) else { return nil }
        }
        switch claims["csh"] {
        case nil, .null?: csrfHash = nil
        case .string(let hash)?: csrfHash = hash
        default: return nil
        }
    }

    /// Media types have no case, and `application/` may be left out (RFC 7515 §4.1.9).
    private static func isSame(_ type: String, _ name: String) -> Bool {
        let name = name.lowercased()
        let short = name.hasPrefix("application/") ? String(name.dropFirst("application/".count)) : name
        return short == type.lowercased()
    }

    private static func object(_ part: Substring.UTF8View) -> JSONObject? {
        guard let bytes = Base64URL.decode(String(Substring(part))) else { return nil }
        return (try? JSONParser.parse(bytes))?.objectValue  // whatever is wrong with it, it is no token
    }
}
