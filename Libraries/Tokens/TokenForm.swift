import Contracts
import JWTKit

/// The strict form of a JWS compact token (RFC 7515 §7.1): one spelling only, JSON without doubled names, no
/// extensions.
///
/// What is not in this form never reaches the signature check.
enum TokenForm {
    /// The most characters that any token of ours has.
    static let maximumLength = 8_192

    /// The header of a token that is not believed yet.
    static func header(of token: String) throws(TokenError) -> JSONObject {
        guard token.utf8.count <= maximumLength else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = object(parts[0]), object(parts[1]) != nil,
            Base64URL.decode(String(parts[2])) != nil
        else { throw .malformed }
        // What must be understood and is not (RFC 7515 §4.1.11): we know no extension.
        guard header["crit"] == nil else { throw .malformed }
        return header
    }

    private static func object(_ part: Substring) -> JSONObject? {
        guard let bytes = Base64URL.decode(String(part)), let json = try? JSONParser.parse(bytes) else { return nil }
        return json.objectValue  // of any fault, the token is malformed and that is all
    }
}

extension JWTKeyCollection {
    /// The claims of a token whose signature is right.
    func claims<Claims: JWTPayload>(of token: String) async throws(TokenError) -> Claims {
        do { return try await verify(token, as: Claims.self) } catch let error as JWTError
            where error.errorType == .malformedToken
        {
            throw .wrongClaims
        } catch {
            throw .badSignature
        }
    }
}

/// Why a token is not accepted.
///
/// Clients hear of the difference between expired and everything else at most.
public enum TokenError: Error, Sendable, Equatable {
    /// It has not the form of a token of ours.
    case malformed
    /// It is signed in a way that is not accepted here, `none` included.
    case wrongAlgorithm
    /// The token has another purpose, or names no type.
    case wrongType
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
