import AuthContracts
import Contracts
import Mesh
import ServiceKit
import Tokens

/// Whoever calls, as a verified token or API key told.
final class Identity: Sendable {
    let principal: Principal
    let user: UserID
    /// With an API key, the key's own id: whatever ends sessions ends it in the same way.
    let session: SessionID
    let isAPIKey: Bool
    /// In seconds since 1970.
    let expiresAt: Int
    /// The hash of the CSRF token that the session's unsafe requests must carry when its token comes in a cookie.
    let csrfHash: String?
    private let permissions: [Permission]

    /// Reads a token with a valid signature; `nil` if its ids are not UUIDs.
    init?(_ claims: AccessTokenClaims) {
        guard let user = UserID(claims.subject), let session = SessionID(claims.session) else { return nil }
        self.user = user
        self.session = session
        isAPIKey = false
        expiresAt = claims.expiresAt
        csrfHash = claims.csrfHash
        permissions = claims.permissions.compactMap { Permission($0) }
        principal = Principal(
            userID: claims.subject,
            tenantID: claims.tenant,
            sessionID: claims.session,
            role: claims.role,
            permissions: claims.permissions
        )
    }

    init(_ holder: APIKeyHolder) {
        user = holder.userId
        session = holder.keyId.cast()
        isAPIKey = true
        csrfHash = nil
        // Far enough away for keys without an end, and near enough to add to.
        expiresAt = holder.expiresAt?.secondsSince1970 ?? .max / 2
        permissions = holder.permissions
        principal = Principal(
            userID: "\(holder.userId)",
            tenantID: holder.tenantId?.description,
            sessionID: "\(holder.keyId)",
            role: holder.role.rawValue,
            permissions: holder.permissions.map(\.text),
            credential: .apiKey
        )
    }

    func may(_ permission: Permission) -> Bool { permissions.contains { $0 == permission || $0.covers(permission) } }
}
