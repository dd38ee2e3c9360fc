import ServiceKit
import Tokens

/// The variables of this daemon beside those that all daemons have.
struct AuthSettings: Sendable {
    /// In seconds; tokens with this lifetime may still be in use after the setting was lowered.
    private static let longestAccessTokenTTL = 3_600
    /// The time for which a revocation is announced: longer than any access token lives, plus clock skew.
    static let revocationPeriod = Duration.seconds(longestAccessTokenTTL + 300)

    /// Seals the private signing keys at rest.
    let keyEncryptionKey: [UInt8]
    let issuer: String
    let audience: String
    let accessTokenTTL: Duration
    let refreshTokenTTL: Duration
    let sessionLifetime: Duration
    let signingKeyLifetime: Duration
    let areCookiesSecure: Bool
    let passwordThreads: Int
    let passwordQueue: Int

    init(_ settings: Settings) {
        keyEncryptionKey = settings.key(
            "AUTH_KEY_ENCRYPTION_KEY",
            bytes: 32,
            "what the keys that sign access tokens are encrypted with in the database"
        )
        issuer = settings.string("TOKEN_ISSUER", default: "rovierr", "the issuer that access tokens name")
        audience = settings.string("TOKEN_AUDIENCE", default: "rovierr", "the audience that access tokens name")
        accessTokenTTL = settings.duration(
            "ACCESS_TOKEN_TTL",
            default: .seconds(900),
            in: 30...Self.longestAccessTokenTTL,
            "how long an access token is valid"
        )
        refreshTokenTTL = settings.duration(
            "REFRESH_TOKEN_TTL",
            default: .seconds(30 * 86_400),
            in: 3_600...31_536_000,
            "how long an unused session lasts"
        )
        sessionLifetime = settings.duration(
            "SESSION_LIFETIME",
            default: .seconds(90 * 86_400),
            in: 3_600...31_536_000,
            "how long a session lasts, however often it is used"
        )
        signingKeyLifetime = settings.duration(
            "SIGNING_KEY_LIFETIME",
            default: .seconds(30 * 86_400),
            in: 3_600...31_536_000,
            "how long a key signs"
        )
        areCookiesSecure = settings.bool(
            "COOKIE_SECURE",
            default: true,
            "whether cookies travel over TLS only; false for development without it"
        )
        passwordThreads = settings.int(
            "PASSWORD_THREADS",
            default: 1,
            in: 1...16,
            "how many passwords are hashed at once, 19 MiB each"
        )
        passwordQueue = settings.int(
            "PASSWORD_QUEUE",
            default: 64,
            in: 0...10_000,
            "how many more wait before the service is overloaded"
        )
    }
}
