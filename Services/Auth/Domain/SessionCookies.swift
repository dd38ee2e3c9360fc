import Contracts
import OpenSSL

/// The cookies of a session that a browser keeps: no script reads the tokens, and none of another site can act with them.
struct SessionCookies: Sendable {
    static let accessToken = "access_token"
    static let refreshToken = "refresh_token"
    static let csrfToken = "csrf_token"

    /// Whether they travel over TLS only.
    let isSecure: Bool
    let accessTokenTTL: Duration
    let refreshTokenTTL: Duration

    func headers(accessToken: String, refreshToken: String, csrfToken: String) -> [(String, String)] {
        [
            cookie(Self.accessToken, accessToken, "/", "Lax", maxAge: accessTokenTTL, isReadable: false),
            cookie(
                Self.refreshToken,
                refreshToken,
                "/api/v1/auth",
                "Strict",
                maxAge: refreshTokenTTL,
                isReadable: false
            ),
            cookie(Self.csrfToken, csrfToken, "/", "Lax", maxAge: refreshTokenTTL, isReadable: true),
        ]
    }

    /// Takes all of them away.
    var removal: [(String, String)] {
        [
            cookie(Self.accessToken, "", "/", "Lax", maxAge: .zero, isReadable: false),
            cookie(Self.refreshToken, "", "/api/v1/auth", "Strict", maxAge: .zero, isReadable: false),
            cookie(Self.csrfToken, "", "/", "Lax", maxAge: .zero, isReadable: true),
        ]
    }

    private func cookie(
        _ name: String,
        _ value: String,
        _ path: String,
        _ sameSite: String,
        maxAge: Duration,
        isReadable: Bool
    ) -> (String, String) {
        let attributes = "Path=\(path); Max-Age=\(maxAge.components.seconds); SameSite=\(sameSite)"
        let flags = (isReadable ? "" : "; HttpOnly") + (isSecure ? "; Secure" : "")
        return ("set-cookie", "\(name)=\(value); \(attributes)\(flags)")
    }

    /// A cookie's value in a request's `cookie` header.
    static func value(of name: String, in header: String?) -> String? {
        guard let header else { return nil }
        for pair in header.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].drop(while: { $0 == " " }).hasSameBytes(as: name), !parts[1].isEmpty {
                return String(parts[1])
            }
        }
        return nil
    }
}
