import ServiceKit

/// The tables of the service, with how long their rows are kept.
///
/// - Parameter settings: How long tokens are valid.
/// - Returns: The tables.
func authTables(_ settings: AuthSettings) -> [RetainedTable] {
    [
        RetainedTable(
            "refresh_tokens",
            [
                RetentionRule(
                    "spent",
                    for: settings.refreshTokenTTL,
                    after: "spent_at",
                    setBy: "REFRESH_TOKEN_TTL",
                    because: "Until then, presenting a stolen token ends the session; afterwards the token is unknown."
                )
            ],
            others: "A session's unspent token is removed with the session."
        ),
        RetainedTable(
            "sessions",
            [
                RetentionRule(
                    "revoked",
                    for: AuthSettings.revocationPeriod,
                    after: "revoked_at",
                    batch: 100,  // each with up to some thousand refresh tokens
                    because: "Gateways are told of the revocation until the last access token has expired."
                ),
                RetentionRule(
                    "expired",
                    for: AuthSettings.revocationPeriod,
                    after: "expires_at",
                    batch: 100,
                    because: "As for revoked sessions; the rows hold people's addresses and browsers."
                ),
            ]
        ),
        RetainedTable(
            "api_keys",
            [
                RetentionRule(
                    "revoked",
                    for: AuthSettings.revocationPeriod,
                    after: "revoked_at",
                    because: "As for revoked sessions; keys made in the last hour count towards the owner's limit."
                ),
                RetentionRule(
                    "expired",
                    for: .days(30),
                    after: "expires_at",
                    because: "The owner sees which key a program has to replace."
                ),
            ],
            others: "A key that never expires stays until its owner revokes it; an owner has a limited number."
        ),
        RetainedTable(
            "sign_in_failures",
            [
                RetentionRule(
                    "all",
                    for: Lockout.longestWindow,
                    after: "updated_at",
                    because: "Older failures lock nobody out."
                )
            ]
        ),
        RetainedTable(
            "known_networks",
            [
                RetentionRule(
                    "all",
                    for: .days(365),
                    after: "used_at",
                    because: "People return to some places once a year, for exams say; at most 32 for each account."
                )
            ]
        ),
        RetainedTable(
            "profile_changes",
            [
                RetentionRule(
                    "all",
                    for: .days(400),
                    after: "applied_at",
                    because: "Longer than forms may repeat a request for a change; the rows hold no values."
                )
            ]
        ),
        RetainedTable(
            "users",
            [
                RetentionRule(
                    "deleted",
                    for: .days(30),
                    after: "deleted_at",
                    batch: 10,  // each with its profile, sessions, tokens, keys and networks
                    because: "The time to undo a mistake; everything that belongs to the account is removed with it."
                )
            ],
            others: "An account belongs to its holder until it is deleted."
        ),
        RetainedTable("profiles", kept: "One row for each account, removed with it."),
        RetainedTable("signing_keys", kept: "A key is removed once the last token that it signed has expired."),
    ]
}
