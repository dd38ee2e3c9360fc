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
                    because: "A stolen one that is presented ends the session; later it is unknown."
                )
            ],
            others: "The unspent one of a session goes with it."
        ),
        RetainedTable(
            "sessions",
            [
                RetentionRule(
                    "revoked",
                    for: AuthSettings.revocationPeriod,
                    after: "revoked_at",
                    batch: 100,  // each with up to some thousand tokens
                    because: "Gateways are told of it until the last access token has expired."
                ),
                RetentionRule(
                    "expired",
                    for: AuthSettings.revocationPeriod,
                    after: "expires_at",
                    batch: 100,
                    because: "As revoked ones; addresses and browsers of people are in them."
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
                    because: "As revoked sessions; the keys of an hour count towards the owner's limit."
                ),
                RetentionRule(
                    "expired",
                    for: .days(30),
                    after: "expires_at",
                    because: "The owner sees which key a program has to replace."
                ),
            ],
            others: "A key without an end stays until its owner revokes it; an owner has a limited number."
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
                    because: "People are at a place each year, such as for exams; at most 32 of an account."
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
                    because: "Longer than forms may ask again to make a change; they hold no values."
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
                    batch: 10,  // each with its profile, and without an index that finds its sessions
                    because: "The time to undo a mistake; the profile and all else of the account go with it."
                )
            ],
            others: "An account is its holder's, until it is deleted."
        ),
        RetainedTable("profiles", kept: "One row for each account, which it goes with."),
        RetainedTable("signing_keys", kept: "A key is removed once the last token that it signed has expired."),
    ]
}
