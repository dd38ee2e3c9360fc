import Contracts

/// A signed token in JWS compact form (RFC 7515 §7.1), taken apart but not yet believed.
struct CompactToken {
    /// The most characters that any token of ours has.
    static let maximumLength = 8_192

    let header: JSONObject
    let payload: JSONObject
    let signature: [UInt8]
    /// What the signature is made over.
    let signedBytes: [UInt8]

    init(_ text: String) throws(TokenError) {
        guard text.utf8.count <= Self.maximumLength else { throw .malformed }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed }
        header = try Self.object(parts[0])
        payload = try Self.object(parts[1])
        guard let signature = Base64URL.decode(String(Substring(parts[2]))) else { throw .malformed }
        self.signature = signature
        signedBytes = Array(text.utf8[..<parts[1].endIndex])
        // What must be understood and is not (RFC 7515 §4.1.11): we know no extension.
        guard header["crit"] == nil else { throw .malformed }
    }

    private static func object(_ part: Substring.UTF8View) throws(TokenError) -> JSONObject {
        guard let bytes = Base64URL.decode(String(Substring(part))), let json = try? JSONParser.parse(bytes),
            let object = json.objectValue
        else { throw .malformed }
        return object
    }

    /// Writes header and payload, and signs them.
    static func make(
        algorithm: String,
        keyID: String? = nil,
        payload: JSONObject,
        sign: ([UInt8]) throws -> [UInt8]
    ) rethrows -> String {
        var header: JSONObject = JSONObject([("alg", .string(algorithm)), ("typ", "JWT")])
        if let keyID { header["kid"] = .string(keyID) }
        let content =
            "\(Base64URL.encode(JSONValue.object(header).bytes)).\(Base64URL.encode(JSONValue.object(payload).bytes))"
        return "\(content).\(Base64URL.encode(try sign(Array(content.utf8))))"
    }

    /// A NumericDate (RFC 7519 §2), whole seconds since 1970.
    func time(_ name: String) -> Int? {
        guard case .number? = payload[name], let seconds = payload[name]?.doubleValue,
            seconds.magnitude < 100_000_000_000
        else { return nil }
        return Int(seconds)
    }

    func text(_ name: String) -> String? {
        guard case .string(let text)? = payload[name] else { return nil }
        return text
    }
}

/// Why a token is not accepted. Clients hear of the difference between expired and everything else at most.
public enum TokenError: Error, Sendable, Equatable {
    /// It has not the form of a token of ours.
    case malformed
    /// It is signed in a way that is not accepted here, `none` included.
    case wrongAlgorithm
    /// It names a key that is not known, perhaps not yet.
    case unknownKey(String)
    case badSignature
    case expired
    case notYetValid
    case wrongIssuer
    case wrongAudience
    /// A claim is missing or has another type.
    case wrongClaims
}
