import ServiceKit

/// The tables of the service, with how long their rows are kept.
let notifierTables = [
    RetainedTable(
        "publications",
        [
            RetentionRule(
                "all",
                for: ChannelStore.retention,
                after: "created_at",
                because: "The time for which a live client can catch up; what it missed is in the inbox as well."
            )
        ]
    ),
    RetainedTable(
        "notifications",
        [
            RetentionRule(
                "read",
                for: .days(90),
                after: "read_at",
                because: "A term, in which people look for one again."
            ),
            RetentionRule(
                "unread",
                for: .days(365),
                after: "created_at",
                where: "read_at IS NULL",
                because: "Nobody acts on older ones; a person has at most 1,000 notifications."
            ),
        ]
    ),
    RetainedTable(
        "channels",
        [
            RetentionRule(
                "empty",
                for: .days(400),
                after: "used_at",
                // A new stream begins at offset 1, which an older notification of the person may have as its position.
                where: """
                    NOT EXISTS (SELECT FROM publications WHERE channel = channels.name)
                    AND NOT EXISTS (
                        SELECT FROM notifications WHERE user_id = substring(channels.name FROM '^user:#(.*)$')::uuid
                    )
                    """,
                because: "Longer than an unread notification; a client that comes back later gets a new stream."
            )
        ]
    ),
]
